import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { decodeJson, describeError, HandlersError, parseErrorDocument, reviveError } from '@hotline/core'
import { moduleName } from './handlers.ts'
import type { FromChild, TaskFacts, ToChild } from './message.ts'
import { parseFromChild } from './message.ts'
import { OutputLines } from './output-lines.ts'
import type { Answer, Assignment, Ending, ProcessExit, Reports, Runner, StopReason } from './runner.ts'

/** How to start a process. */
export interface ProcessPlan {
  /** Address of the handlers module. */
  readonly address: string
  readonly env: NodeJS.ProcessEnv
  readonly execArgv: readonly string[]
  readonly niceness: number
  /** Gets each line that the handlers write to stdout or stderr. */
  readonly onLine: (line: string, stream: 'stdout' | 'stderr', pid: number) => void
}

/** A process that sends so many messages that mean nothing is broken, or hostile. */
const MAX_STRAYS = 100
/** Top-level code of a handlers module may take this long. */
const LOAD_LIMIT_MS = 60_000
/** An idle process that is asked to end may run its exit handlers this long. */
const END_GRACE_MS = 1000
/** How long to read what an ended process has left in its pipes; its own children may hold them open. */
const REMAINS_MS = 250

interface Run {
  readonly token: string
  readonly assignment: Assignment
  readonly reports: Reports
  readonly resolve: (ending: Ending) => void
}

const MAIN = new URL(`./job-process-main.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)

/**
 * One child process that runs jobs, seen from its supervisor.
 *
 *   starting --ready--> idle --run--> busy --answer--> idle
 *   starting --refused | exit | 60 s--> (rejects `ready`, and is killed)
 *   any --exit--> gone: a run that is under way resolves with the exit
 *
 * What comes from the child is never believed beyond its own run: see message.ts.
 */
export class JobProcess implements Runner {
  readonly isProcess = true
  readonly startedAt: number = performance.now()
  jobsRun = 0
  readonly #child: ChildProcess
  readonly #address: string
  readonly #gone = new AbortController()
  readonly #exit: Promise<ProcessExit>
  readonly #stdout: OutputLines
  readonly #stderr: OutputLines
  #exited: ProcessExit | undefined
  #run: Run | undefined
  #onHandshake: ((message: FromChild) => void) | undefined
  #strays = 0
  #offence: string | undefined

  constructor(plan: ProcessPlan) {
    const { address, env, niceness } = plan
    this.#address = address
    this.#child = fork(fileURLToPath(MAIN), [address, String(niceness)], {
      env,
      execArgv: [...plan.execArgv],
      serialization: 'json',
      // The last is the pipe of the orphan watchdog: nothing is written to it, its end is the message.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
    })
    this.#stderr = this.#forward('stderr', plan)
    this.#stdout = this.#forward('stdout', plan)
    this.#pipes[4]?.on('error', () => {})
    this.#child.on('message', (message) => this.#hear(message))
    this.#child.on('disconnect', () => this.#onDisconnect())
    this.#exit = this.#untilExit()
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get gone(): AbortSignal {
    return this.#gone.signal
  }

  /** The tasks of its handlers, once they are loaded. @throws HandlersError, and the process is gone then */
  async ready(): Promise<readonly TaskFacts[]> {
    const handshake = new Promise<FromChild>((resolve) => {
      this.#onHandshake = resolve
    })
    const timer = setTimeout(
      () => this.#punish(`it did not load within ${LOAD_LIMIT_MS / 1000} s`),
      LOAD_LIMIT_MS,
    )
    const outcome = await Promise.race([handshake, this.#exit])
    clearTimeout(timer)
    this.#onHandshake = undefined
    if ('type' in outcome && outcome.type === 'ready') return outcome.tasks
    this.kill('SIGKILL')
    await this.#exit
    throw this.#refusal(outcome)
  }

  run(assignment: Assignment, reports: Reports): Promise<Ending> {
    this.jobsRun += 1
    if (this.#exited !== undefined) return Promise.resolve(this.#exited)
    return new Promise((resolve) => {
      const token = randomBytes(16).toString('hex')
      this.#run = { token, assignment, reports, resolve }
      this.#send({ type: 'run', token, assignment })
    })
  }

  abort(reason: StopReason): void {
    if (this.#run !== undefined) this.#send({ type: 'abort', token: this.#run.token, reason })
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#child.kill(signal)
  }

  async ended(): Promise<void> {
    await this.#exit
  }

  /** Ends it in peace if it is idle, by force if it does not go. */
  async end(): Promise<void> {
    this.#send({ type: 'end' })
    const timer = setTimeout(() => this.kill('SIGKILL'), END_GRACE_MS)
    await this.#exit
    clearTimeout(timer)
  }

  /** There are none where the system would not give any more. */
  get #pipes(): readonly (Readable | Writable | null | undefined)[] {
    return this.#child.stdio ?? []
  }

  #hear(raw: unknown): void {
    const message = parseFromChild(raw)
    const run = this.#run
    if (message?.type === 'ready' || message?.type === 'refused') this.#greet(message)
    else if (message === undefined || run === undefined || message.token !== run.token) this.#stray()
    else if (message.type === 'logged') run.reports.log(message.lines, message.dropped)
    else if (message.type === 'progress') this.#report(run, message.value, message.dropped)
    else this.#finish(checked(message.answer, run.assignment))
  }

  #greet(message: FromChild): void {
    if (this.#onHandshake === undefined) this.#stray()
    else this.#onHandshake(message)
  }

  #report({ assignment, reports }: Run, text: string, dropped: number): void {
    try {
      reports.progress(decodeJson(text, { what: 'progress', maxBytes: assignment.maxBytes }), dropped)
    } catch {
      this.#stray()
    }
  }

  #finish(ending: Ending): void {
    const run = this.#run
    this.#run = undefined
    run?.resolve(ending)
  }

  /** A message that means nothing here: dropped, and after too many the process with it. */
  #stray(): void {
    this.#strays += 1
    if (this.#strays > MAX_STRAYS)
      this.#punish(`it sent more than ${MAX_STRAYS} messages that hotline does not know`)
  }

  /** Without its channel it cannot answer any more. It may also be about to exit, which then says more. */
  #onDisconnect(): void {
    const timer = setTimeout(() => this.#punish('it closed the channel to its supervisor'), REMAINS_MS)
    void this.#exit.then(() => clearTimeout(timer))
  }

  #punish(offence: string): void {
    this.#offence ??= offence
    this.kill('SIGKILL')
  }

  #send(message: ToChild): void {
    // To a process that is gone nothing can be said; its exit tells the rest.
    if (this.#child.connected) this.#child.send(message, () => {})
  }

  #forward(stream: 'stdout' | 'stderr', { onLine }: ProcessPlan): OutputLines {
    const lines = new OutputLines((line) => onLine(line, stream, this.pid))
    this.#child[stream]?.on('data', (bytes: Buffer) => lines.write(bytes))
    return lines
  }

  /** Answers that the process sent before its end are heard first. */
  async #untilExit(): Promise<ProcessExit> {
    const end = await new Promise<Pick<ProcessExit, 'exitCode' | 'signal'>>((resolve) => {
      this.#child.once('error', (error) => {
        this.#offence ??= `it could not be started or reached: ${error.message}`
        if (this.#child.pid === undefined) resolve({})
      })
      this.#child.once('exit', (exitCode, signal) => {
        const facts = { exitCode: exitCode ?? undefined, signal: signal ?? undefined }
        const timer = setTimeout(() => resolve(facts), REMAINS_MS)
        this.#child.once('close', () => {
          clearTimeout(timer)
          resolve(facts)
        })
      })
    })
    for (const stream of this.#pipes) stream?.destroy()
    this.#stdout.end()
    this.#stderr.end()
    this.#exited = { kind: 'exited', ...end, stderr: this.#stderr.tail, offence: this.#offence }
    this.#finish(this.#exited)
    this.#gone.abort()
    return this.#exited
  }

  #refusal(outcome: FromChild | ProcessExit): HandlersError {
    const module = moduleName(this.#address)
    if ('type' in outcome && outcome.type === 'refused') {
      const { problem, cure, error } = outcome
      return new HandlersError({
        module,
        problem,
        cure,
        cause: error === undefined ? undefined : reviveError(parseErrorDocument(error)),
      })
    }
    const { exitCode, signal, stderr, offence } = 'kind' in outcome ? outcome : { stderr: '' }
    const end =
      offence ??
      `its process ended ${signal === undefined ? `with exit code ${exitCode}` : `by ${signal}`} while loading`
    const tail = stderr.trim() === '' ? '' : ` It last wrote to stderr:\n${stderr.trim().slice(-2048)}`
    return new HandlersError({
      module,
      problem: end,
      cure: `Look at the code that runs when it is imported.${tail}`,
    })
  }
}

/** An output that is no plain JSON never came from hotline's own encoder; an error is cut to size. */
function checked(answer: Answer, { maxBytes, task }: Assignment): Answer {
  if (answer.kind === 'failed') return { ...answer, error: parseErrorDocument(answer.error) }
  if (answer.kind !== 'returned') return answer
  try {
    decodeJson(answer.output, { what: `the output of task "${task}"`, maxBytes })
    return answer
  } catch (error) {
    return {
      kind: 'failed',
      code: 'INVALID_OUTPUT',
      error: describeError(error),
      isRetryable: false,
      spoiled: true,
    }
  }
}
