import type { JobError } from '../error.ts'
import { InvalidOptionError } from '../error.ts'
import type { EventOf } from '../events/event.ts'
import { JOB_EVENT_TYPES } from '../events/event.ts'
import type { CancelReceipt, JobEventType } from '../job/event.ts'
import { attemptErrorOf, jobErrorOf } from '../job/job-error.ts'
import type { JobId } from '../job/job-id.ts'
import { afterCancelRequest } from '../job/policy.ts'
import type { AttemptRecord, FinalState, JobRecord } from '../job/record.ts'
import { isFinal } from '../job/record.ts'
import type { JobState, Sighting } from '../job/truth.ts'
import { absence, stateOf } from '../job/truth.ts'
import type { Duration } from '../task/duration.ts'
import { parseDuration } from '../task/duration.ts'
import { checkChoice, checkOptions } from '../task/option-names.ts'
import { validate } from '../task/payload.ts'
import type { Task, TaskTypes } from '../task/task.ts'
import type { Evidence } from './evidence.ts'
import { evidenceOf } from './evidence.ts'
import { JobFeed } from './job-feed.ts'
import { jobHistory } from './job-history.ts'
import type { JobHome } from './job-home.ts'
import { SafeEmitter } from './safe-emitter.ts'
import { absent, untilFinal } from './until-final.ts'

/** One attempt as a handle shows it: with its error revived. */
export type Attempt = Omit<AttemptRecord, 'error'> & { readonly error: JobError | undefined }

/** What came of a request to stop. The job runs nowhere any more, whichever it was. */
export interface StopReceipt extends Omit<CancelReceipt, 'means'> {
  /** As in the `job.cancelled` event, or: it came to its own end first, or had come to it before. */
  readonly means: CancelReceipt['means'] | 'finished-first' | 'already-final'
  readonly state: FinalState
}

/** An event of a job of a known task. Payloads are as they were given, before the schema of the reader. */
export type TaskEvent<T extends TaskTypes, K extends JobEventType = JobEventType> = K extends 'job.progress'
  ? Omit<EventOf<K>, 'progress'> & { readonly progress: T['reported'] }
  : K extends 'job.succeeded'
    ? Omit<EventOf<K>, 'result'> & { readonly result: T['returned'] }
    : EventOf<K>

/**
 * One job, seen from outside. It retains the last known truth: `state`, `error`, `attempts` and `evidence` are as of
 * the last look, and `refresh` looks again. Works in any process, by id alone.
 */
export class JobHandle<T extends TaskTypes = TaskTypes> {
  readonly id: JobId
  readonly #task: Task<T>
  readonly #home: JobHome
  #sighting: Sighting | undefined
  #absentAt = 0
  readonly #emitter = new SafeEmitter()
  #feed: JobFeed | undefined

  constructor(task: Task<T>, id: JobId, home: JobHome, sighting: Sighting | undefined) {
    this.id = id
    this.#task = task
    this.#home = home
    this.#see(sighting)
  }

  get task(): string {
    return this.#sighting?.record.task ?? this.#task.name
  }

  /** What was true when it was last looked at; `unknown` or `forgotten` if the backend has no such job. */
  get state(): JobState {
    if (this.#sighting !== undefined) return stateOf(this.#sighting)
    return absence(this.id, this.#absentAt, this.#task.limits.retentionMs ?? this.#home.limits.retentionMs)
  }

  /** Why the job, or its latest attempt, did not succeed; `undefined` if it did, or has not failed yet. */
  get error(): JobError | undefined {
    return this.#sighting === undefined ? undefined : jobErrorOf(this.#sighting.record)
  }

  /** Every attempt so far, first to last, each with its own error. */
  get attempts(): readonly Attempt[] {
    const record = this.#sighting?.record
    if (record === undefined) return []
    return record.attempts.map((attempt) => ({ ...attempt, error: attemptErrorOf(record, attempt.attempt) }))
  }

  /** The latest progress of the attempt under way, or of the last one. */
  get progress(): T['reported'] | undefined {
    return this.#sighting?.record.progress
  }

  get evidence(): Evidence {
    const { source } = this.#home
    if (this.#sighting !== undefined) return evidenceOf(source, this.#sighting)
    return { source, observedAt: this.#absentAt, seq: 0, trustedUntil: this.#absentAt }
  }

  /** All that the log says of the job; `undefined` if the backend has no such job. */
  get record(): JobRecord | undefined {
    return this.#sighting?.record
  }

  /** Looks again. @throws TransportError, ClosedError; the handle then keeps what it knew, with its evidence. */
  async refresh(): Promise<this> {
    this.#see(await this.#home.look(this.id))
    return this
  }

  /**
   * Waits for the end, and gives the output as the task's schema makes it.
   * @throws JobError if the job failed, was cancelled, expired, or is not there; WaitTimeoutError (RESULT_TIMEOUT) and
   * the job goes on; ValidationError (INVALID_OUTPUT) if the stored output does not fit this side's schema; ClosedError.
   */
  async result(
    options: { readonly timeout?: Duration | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<T['output']> {
    checkOptions('result', options, ['timeout', 'signal'])
    const timeoutMs = options.timeout === undefined ? undefined : parseDuration(options.timeout, 'timeout')
    const record = await untilFinal(this, this.#home, {
      timeoutMs,
      signal: options.signal,
      onTimeout: 'RESULT_TIMEOUT',
    })
    const error = jobErrorOf(record)
    if (error !== undefined) throw error
    return validate(this.#task, 'output', record.result)
  }

  /** The job's events from its first on, then as they come; ends after its final one. @throws JobError if it is not there */
  events(
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncIterable<TaskEvent<T> | EventOf<'stream.gap'>> {
    checkOptions('events', options, ['signal'])
    return jobHistory<T>(this, this.#home, options.signal)
  }

  /**
   * Calls back for each event of the type that comes after the state that the handle shows, once and in order, until
   * `off` or the client closes. A listener that throws becomes an uncaught exception.
   */
  on<K extends JobEventType>(type: K, listener: (event: TaskEvent<T, K>) => void): this {
    checkChoice('event type', type, JOB_EVENT_TYPES)
    this.#emitter.on(type, listener)
    if (this.#feed === undefined) this.#listen()
    return this
  }

  off<K extends JobEventType>(type: K, listener: (event: TaskEvent<T, K>) => void): this {
    this.#emitter.off(type, listener)
    if (this.#emitter.eventNames().length > 0) return this
    this.#feed?.stop()
    this.#feed = undefined
    return this
  }

  /**
   * Stops the job, and proves it: resolves when it runs nowhere. A waiting job never starts. A running one gets the
   * abort signal, then SIGTERM, then SIGKILL; the receipt names what it took.
   * @throws JobError if the job is not there; WaitTimeoutError (CANCEL_TIMEOUT) after `timeout`, by default three
   * leases: the request stands, and is carried out when its worker or the backend comes back.
   */
  async cancel(
    options: { readonly reason?: string | undefined; readonly timeout?: Duration | undefined } = {},
  ): Promise<StopReceipt> {
    checkOptions('cancel', options, ['reason', 'timeout'])
    const { timeout } = options
    const timeoutMs =
      timeout === undefined ? this.#home.limits.leaseMs * 3 : parseDuration(timeout, 'timeout')
    for (;;) {
      await this.refresh()
      const record = this.record
      if (record === undefined) throw absent(this)
      if (isFinal(record.state)) return receiptOf(record, 'already-final')
      const request = afterCancelRequest(record, options.reason)
      const requested = request.length === 0 || (await this.#home.append(request)).accepted
      if (!requested) continue // it moved on between the look and the request
      if (record.state === 'running')
        await this.#home.broadcast({ type: 'cancel', jobId: this.id, attempt: record.attempt })
      return receiptOf(
        await untilFinal(this, this.#home, { timeoutMs, onTimeout: 'CANCEL_TIMEOUT' }),
        'finished-first',
      )
    }
  }

  /** What `JSON.stringify` and the CLI show. */
  toJSON(): object {
    return { id: this.id, task: this.task, state: this.state, evidence: this.evidence, record: this.record }
  }

  #listen(): void {
    const since = this.#sighting?.record.seq ?? 0
    const feed = new JobFeed(this.id, this.#home, {
      since,
      deliver: (event) => this.#emitter.emit(event.type, event),
    })
    this.#feed = feed
    void feed.start()
  }

  #see(sighting: Sighting | undefined): void {
    const found = sighting?.record.task
    if (found !== undefined && this.#task.name !== '*' && found !== this.#task.name) {
      const problem = `Job ${this.id} is of task "${found}", not of "${this.#task.name}".`
      throw new InvalidOptionError({ option: 'task', problem, cure: 'Ask for it with its own task.' })
    }
    // Two looks may be answered in another order than they were sent; a job's events only grow.
    if (sighting !== undefined && sighting.record.seq < (this.#sighting?.record.seq ?? 0)) return
    this.#sighting = sighting
    if (sighting === undefined) this.#absentAt = this.#home.now()
  }
}

function receiptOf(record: JobRecord, otherwise: 'finished-first' | 'already-final'): StopReceipt {
  const state = isFinal(record.state) ? record.state : 'cancelled'
  if (otherwise === 'finished-first' && record.receipt !== undefined) return { ...record.receipt, state }
  return { means: otherwise, state, tookMs: 0 }
}
