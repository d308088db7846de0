import { decodeJson, HandlersError } from '@hotline/core'
import { runHandler } from './handler-run.ts'
import type { Handlers, HandlersFinding } from './handlers.ts'
import { requireTasks, taskFacts } from './handlers.ts'
import type { TaskFacts } from './message.ts'
import { RunContext } from './run-context.ts'
import type { Assignment, Ending, Reports, Runner, StopReason } from './runner.ts'
import type { RunnerPool } from './runner-pool.ts'

/** Runs handlers in this process. They can be asked to stop and not be made to. */
export class InlineRunner implements Runner {
  readonly isProcess = false
  readonly pid: number = process.pid
  readonly #handlers: Handlers
  #context: RunContext | undefined

  constructor(handlers: Handlers) {
    this.#handlers = handlers
  }

  async run(assignment: Assignment, reports: Reports): Promise<Ending> {
    const implementation = this.#handlers.get(assignment.task)
    if (implementation === undefined) return { kind: 'unknown-task' }
    const what = `the progress of task "${assignment.task}"`
    this.#context = new RunContext(assignment, implementation.task, {
      progress: (value) => reports.progress(decodeJson(value, { what, maxBytes: assignment.maxBytes }), 0),
      log: (line) => reports.log([line], 0),
    })
    const ending = await runHandler(implementation, assignment, this.#context)
    this.#context = undefined
    return ending
  }

  abort(reason: StopReason): void {
    this.#context?.stop(reason)
  }

  kill(): void {}

  async ended(): Promise<void> {}
}

/** Gives each slot a runner of its own in this process. */
export class InlinePool implements RunnerPool {
  readonly #find: () => Promise<HandlersFinding>
  readonly #module: string
  readonly #required: readonly string[]
  readonly #runners = new Map<number, InlineRunner>()
  #handlers: Handlers = new Map()

  /** `module` is the name of the handlers in errors. */
  constructor(find: () => Promise<HandlersFinding>, module: string, required: readonly string[]) {
    this.#find = find
    this.#module = module
    this.#required = required
  }

  async open(): Promise<readonly TaskFacts[]> {
    const finding = await this.#find()
    if ('flaw' in finding) throw new HandlersError({ module: this.#module, ...finding.flaw })
    const tasks = taskFacts(finding.handlers)
    requireTasks(this.#required, tasks, this.#module)
    this.#handlers = finding.handlers
    return tasks
  }

  async take(slot: number): Promise<InlineRunner> {
    const runner = this.#runners.get(slot) ?? new InlineRunner(this.#handlers)
    this.#runners.set(slot, runner)
    return runner
  }

  keeps(): boolean {
    return true
  }

  giveBack(): void {}

  retire(): void {}

  async close(): Promise<void> {
    this.#runners.clear()
  }
}
