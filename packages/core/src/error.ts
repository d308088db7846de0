/**
 * Every error that hotline throws. Match by `code`, which is a closed union, and not by `instanceof`: two copies of
 * the package in one process would make `instanceof` lie. The text says what failed, on what, and what to do now.
 * The table of codes is docs/errors.md, which a test holds against this file.
 */
export type ErrorCode = UsageErrorCode | JobErrorCode | CallErrorCode

/** Thrown at once, before anything is stored; the cure is in the caller's code. */
export const USAGE_ERROR_CODES = [
  'INVALID_OPTION',
  'INVALID_INPUT',
  'INVALID_OUTPUT',
  'INVALID_PROGRESS',
  'NOT_SERIALIZABLE',
  'PAYLOAD_TOO_LARGE',
  'HANDLERS_INVALID',
] as const

/** One of {@link USAGE_ERROR_CODES}. */
export type UsageErrorCode = (typeof USAGE_ERROR_CODES)[number]

/** Why a job, or one attempt of it, did not succeed. */
export const JOB_ERROR_CODES = [
  'HANDLER_ERROR',
  'TIMEOUT',
  'MEMORY_LIMIT',
  'PROCESS_EXIT',
  'PROCESS_SIGNAL',
  'LEASE_LAPSED',
  'JOB_POISONED',
  'INVALID_INPUT',
  'INVALID_OUTPUT',
  'UNKNOWN_TASK',
  'JOB_CANCELLED',
  'JOB_EXPIRED',
  'JOB_UNKNOWN',
  'JOB_FORGOTTEN',
] as const

/** One of {@link JOB_ERROR_CODES}. */
export type JobErrorCode = (typeof JOB_ERROR_CODES)[number]

/** What may go wrong with a call that was made right. */
export const CALL_ERROR_CODES = [
  'RESULT_TIMEOUT',
  'CANCEL_TIMEOUT',
  'KEY_CONFLICT',
  'BULK_INCOMPLETE',
  'CLOSED',
  'LEASE_LOST',
  'TRANSPORT',
  'BACKPRESSURE',
  'SUPERVISOR_LOST',
] as const

/** One of {@link CALL_ERROR_CODES}. */
export type CallErrorCode = (typeof CALL_ERROR_CODES)[number]

/** The base of every error of hotline. `code` never changes its meaning within a major version. */
export class HotlineError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.name = new.target.name
  }
}

/** An option that hotline does not know or cannot take. */
export class InvalidOptionError extends HotlineError {
  readonly option: string

  constructor(facts: { option: string; problem: string; cure: string; cause?: unknown }) {
    super('INVALID_OPTION', `${facts.problem} ${facts.cure}`, causeOf(facts))
    this.option = facts.option
  }
}

/** One thing a schema found wrong, with the path of the value in the notation `$.rows[3].when`. */
export interface ValidationIssue {
  readonly path: string
  readonly message: string
}

/** A payload that its task's schema refuses. Nothing was stored. */
export class ValidationError extends HotlineError {
  readonly task: string
  readonly issues: readonly ValidationIssue[]

  constructor(
    code: 'INVALID_INPUT' | 'INVALID_OUTPUT' | 'INVALID_PROGRESS',
    facts: { task: string; issues: readonly ValidationIssue[] },
  ) {
    const part = { INVALID_INPUT: 'input', INVALID_OUTPUT: 'output', INVALID_PROGRESS: 'progress' }[code]
    const list = facts.issues.map((issue) => `${issue.path}: ${issue.message}`).join('; ')
    super(
      code,
      `The ${part} of task "${facts.task}" does not match its schema: ${list}. Mend the value or the schema.`,
    )
    this.task = facts.task
    this.issues = facts.issues
  }
}

/** A value that JSON cannot carry without changing it. `path` is that of the offending value. */
export class SerializationError extends HotlineError {
  readonly path: string

  constructor(facts: { what: string; path: string; problem: string; cure: string; cause?: unknown }) {
    super(
      'NOT_SERIALIZABLE',
      `Cannot store ${facts.what}: ${facts.path} ${facts.problem}. ${facts.cure}`,
      causeOf(facts),
    )
    this.path = facts.path
  }
}

/** A payload above the cap. `bytes` is the size when counting stopped, so it may be less than the whole. */
export class PayloadTooLargeError extends HotlineError {
  readonly bytes: number
  readonly limit: number

  constructor(facts: { what: string; bytes: number; limit: number }) {
    super(
      'PAYLOAD_TOO_LARGE',
      `Cannot store ${facts.what}: it takes ${facts.bytes} bytes or more, and ${facts.limit} are allowed. ` +
        'Store the bulk elsewhere (a file, a bucket) and pass its address.',
    )
    this.bytes = facts.bytes
    this.limit = facts.limit
  }
}

/** A handlers module that does not load, exports something else, or lacks a task. The worker did not start. */
export class HandlersError extends HotlineError {
  readonly module: string

  constructor(facts: { module: string; problem: string; cure: string; cause?: unknown }) {
    super(
      'HANDLERS_INVALID',
      `Cannot use the handlers in ${facts.module}: ${facts.problem}. ${facts.cure}`,
      causeOf(facts),
    )
    this.module = facts.module
  }
}

/** A job, or one attempt of it, that did not succeed. `cause` holds the remote error with its own stack and causes. */
export class JobError extends HotlineError {
  declare readonly code: JobErrorCode
  readonly jobId: string
  readonly task: string
  readonly attempt: number

  constructor(
    code: JobErrorCode,
    facts: { jobId: string; task: string; attempt: number; message: string; stack?: string; cause?: unknown },
  ) {
    super(code, facts.message, causeOf(facts))
    this.jobId = facts.jobId
    this.task = facts.task
    this.attempt = facts.attempt
    if (facts.stack !== undefined) this.stack = facts.stack
  }
}

/** The job did not end, or the receipt did not come, within the time that the caller gave. The job goes on. */
export class WaitTimeoutError extends HotlineError {
  readonly jobId: string
  readonly state: string
  readonly waitedMs: number

  constructor(
    code: 'RESULT_TIMEOUT' | 'CANCEL_TIMEOUT',
    facts: { jobId: string; state: string; waitedMs: number },
  ) {
    const what = code === 'RESULT_TIMEOUT' ? 'end' : 'confirm that it stopped'
    super(
      code,
      `Job ${facts.jobId} did not ${what} within ${facts.waitedMs} ms; it is ${facts.state}, and goes on. ` +
        'Wait longer, or ask again later by its id.',
    )
    this.jobId = facts.jobId
    this.state = facts.state
    this.waitedMs = facts.waitedMs
  }
}

/** The key is taken by a job of the same task with another input. Nothing was stored. */
export class KeyConflictError extends HotlineError {
  readonly key: string
  readonly jobId: string

  constructor(facts: { task: string; key: string; jobId: string }) {
    super(
      'KEY_CONFLICT',
      `The key "${facts.key}" of task "${facts.task}" belongs to job ${facts.jobId}, which has another input. ` +
        'Use another key, or enqueue the very same input.',
    )
    this.key = facts.key
    this.jobId = facts.jobId
  }
}

/**
 * A bulk enqueue that stopped in the middle. `index` is the item that stopped it, `stored` the jobs that are stored,
 * `next` the first item that is not dealt with, and `cause` says why. When the backend failed, some jobs from `next`
 * on may be stored all the same: give items a `key` where a repeat would hurt.
 */
export class BulkEnqueueError<Handle = unknown> extends HotlineError {
  readonly index: number
  readonly next: number
  readonly stored: readonly Handle[]

  constructor(facts: {
    task: string
    index: number
    next: number
    stored: readonly Handle[]
    cause: unknown
  }) {
    super(
      'BULK_INCOMPLETE',
      `Bulk enqueue of task "${facts.task}" stopped at item ${facts.index}; ${facts.stored.length} jobs are stored. ` +
        `Mend what the cause names, and go on from item ${facts.next}.`,
      causeOf(facts),
    )
    this.index = facts.index
    this.next = facts.next
    this.stored = facts.stored
  }
}

/** A call on something that was closed. */
export class ClosedError extends HotlineError {
  constructor(facts: { what: string; call: string }) {
    super('CLOSED', `Cannot ${facts.call}: the ${facts.what} is closed. Create a new one.`)
  }
}

/** The lease of an attempt went to somebody else, or ended. The holder must stop its handler. */
export class LeaseLostError extends HotlineError {
  readonly jobId: string
  readonly attempt: number

  constructor(facts: { jobId: string; attempt: number; problem: string }) {
    super(
      'LEASE_LOST',
      `Attempt ${facts.attempt} of job ${facts.jobId} no longer holds its lease: ${facts.problem}. Stop its handler.`,
    )
    this.jobId = facts.jobId
    this.attempt = facts.attempt
  }
}

/** The backend could not be reached or answered with an error; `cause` is the driver's. */
export class TransportError extends HotlineError {
  readonly transport: string

  constructor(facts: { transport: string; problem: string; cure: string; cause?: unknown }) {
    super('TRANSPORT', `${facts.transport}: ${facts.problem}. ${facts.cure}`, causeOf(facts))
    this.transport = facts.transport
  }
}

/** The backend is full or blocked, and refused to take more. Nothing was stored. */
export class BackpressureError extends HotlineError {
  readonly transport: string

  constructor(facts: { transport: string; problem: string; cure: string; cause?: unknown }) {
    super('BACKPRESSURE', `${facts.transport}: ${facts.problem}. ${facts.cure}`, causeOf(facts))
    this.transport = facts.transport
  }
}

/** The thread in which a worker supervises its jobs has ended unasked, and the processes of its jobs with it. */
export class SupervisorError extends HotlineError {
  readonly worker: string
  readonly exitCode: number

  constructor(facts: { worker: string; exitCode: number; cause?: unknown }) {
    super(
      'SUPERVISOR_LOST',
      `The supervisor thread of worker ${facts.worker} ended with exit code ${facts.exitCode}. Its job processes end ` +
        'with it, and its jobs go to other workers when their leases lapse. Look at the cause, and start a new worker.',
      causeOf(facts),
    )
    this.worker = facts.worker
    this.exitCode = facts.exitCode
  }
}

/** An error's `cause` option, absent when there is none, so that `'cause' in error` stays truthful. */
function causeOf(facts: { cause?: unknown }): ErrorOptions | undefined {
  return facts.cause === undefined ? undefined : { cause: facts.cause }
}
