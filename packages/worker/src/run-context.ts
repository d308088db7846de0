import type { JobContext, JobId, Task } from '@hotline/core'
import { encodeJson, ValidationError } from '@hotline/core'
import type { Assignment, StopReason } from './runner.ts'

const STORIES: { readonly [reason in StopReason]: string } = {
  cancel: 'Somebody cancelled the job.',
  timeout: 'The attempt took longer than the timeout of its job.',
  drain: 'The worker stops; the job goes back to its queue.',
  lease: 'The worker lost its lease; the job may run elsewhere by now.',
}

/** The reason of a handler's abort signal. `name` is that of every abort, so that code which looks for it knows it. */
class StopRequest extends Error {
  override readonly name: string = 'AbortError'
  readonly reason: StopReason

  constructor(reason: StopReason) {
    super(STORIES[reason])
    this.reason = reason
  }
}

/** Where the context's reports go: progress as encoded JSON. */
export interface ReportSink {
  progress(value: string): void
  log(line: string): void
}

/** What a handler gets, and what the runner keeps of it. Its methods can be passed around without it. */
export class RunContext implements JobContext {
  readonly jobId: JobId
  readonly task: string
  readonly queue: string
  readonly tags: readonly string[]
  readonly attempt: number
  readonly progress: (value: unknown) => void
  readonly log: (line: string) => void
  #stopped: StopReason | undefined
  /** Made when the handler asks for it; one that never looks cannot heed. */
  #controller: AbortController | undefined
  #isOver = false

  constructor(assignment: Assignment, task: Task, sink: ReportSink) {
    const { jobId, queue, tags, attempt, maxBytes } = assignment
    this.jobId = jobId
    this.task = task.name
    this.queue = queue
    this.tags = tags
    this.attempt = attempt
    this.progress = (value) => {
      checkProgress(task, value)
      const text = encodeJson(value, { what: `the progress of task "${task.name}"`, maxBytes })
      if (!this.#isOver) sink.progress(text)
    }
    this.log = (line) => {
      if (!this.#isOver) sink.log(String(line))
    }
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#stopped !== undefined) this.#controller.abort(new StopRequest(this.#stopped))
    return this.#controller.signal
  }

  /** Whether the handler looked at its signal, which has fired. */
  get isHeeded(): boolean {
    return this.#controller?.signal.aborted === true
  }

  stop(reason: StopReason): void {
    if (this.#stopped !== undefined) return
    this.#stopped = reason
    this.#controller?.abort(new StopRequest(reason))
  }

  /** The run ended: what the handler left behind reports no more. */
  end(): void {
    this.#isOver = true
  }
}

/** `ctx.progress` is no promise, so that a schema has to answer at once. */
function checkProgress(task: Task, value: unknown): void {
  const result = task.schemas.progress?.['~standard'].validate(value)
  if (result === undefined) return
  if (result instanceof Promise) {
    result.catch(() => {})
    const message = 'its schema is asynchronous, which `ctx.progress` cannot wait for'
    throw new ValidationError('INVALID_PROGRESS', { task: task.name, issues: [{ path: '$', message }] })
  }
  if (result.issues === undefined) return
  const issues = result.issues.map(({ message, path = [] }) => {
    const keys = path.map((item) => (typeof item === 'object' ? item.key : item))
    return {
      path: `$${keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')}`,
      message,
    }
  })
  throw new ValidationError('INVALID_PROGRESS', { task: task.name, issues })
}
