/** What a slot runs its jobs in: a child process, or this one. */
import type { ErrorDocument, JobErrorCode, JobId, JsonValue } from '@hotline/core'

/** One attempt, as the code that runs it needs to know it. */
export interface Assignment {
  readonly jobId: JobId
  readonly task: string
  readonly queue: string
  readonly tags: readonly string[]
  readonly attempt: number
  /** W3C trace context of the code that enqueued it. */
  readonly traceparent?: string | undefined
  /** Encoded JSON. */
  readonly input: string
  /** Cap of each payload in bytes. */
  readonly maxBytes: number
}

export const STOP_REASONS = ['cancel', 'timeout', 'drain', 'lease'] as const

/** Why a running attempt is to stop. */
export type StopReason = (typeof STOP_REASONS)[number]

/** What the handler says while it runs. `dropped` counts what was left out before. */
export interface Reports {
  progress(value: JsonValue, dropped: number): void
  log(lines: readonly string[], dropped: number): void
}

/** How a handler's run ended, in the words of the process that ran it. */
export type Answer =
  /** `heeded`: it looked at its abort signal, which had fired when it returned. */
  | {
      readonly kind: 'returned'
      readonly output: string
      readonly heeded: boolean
      readonly cpuMs?: number | undefined
    }
  /** `spoiled`: the error came from outside of the handler's promise, so the process is not to be used again. */
  | {
      readonly kind: 'failed'
      readonly code: Extract<JobErrorCode, 'HANDLER_ERROR' | 'INVALID_INPUT' | 'INVALID_OUTPUT'>
      readonly error: ErrorDocument
      readonly isRetryable: boolean
      readonly spoiled: boolean
      readonly cpuMs?: number | undefined
    }
  | { readonly kind: 'unknown-task' }

/** How a process came to its end. */
export interface ProcessExit {
  readonly kind: 'exited'
  readonly exitCode?: number | undefined
  readonly signal?: string | undefined
  /** The last that it wrote to stderr, at most 8 KiB. */
  readonly stderr: string
  /** What it did, if it was killed for it. */
  readonly offence?: string | undefined
}

export type Ending = Answer | ProcessExit

/** Runs one job at a time. */
export interface Runner {
  readonly pid: number
  /** True where `kill` ends it. */
  readonly isProcess: boolean
  /** Aborts when it can take no more jobs; missing where that cannot happen. */
  readonly gone?: AbortSignal | undefined
  /** Never rejects: an error of the handler is an answer, and the end of the process an exit. */
  run(assignment: Assignment, reports: Reports): Promise<Ending>
  /** Fires the abort signal of the handler that runs. */
  abort(reason: StopReason): void
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
  /** Resolves when nothing of it can run any more. */
  ended(): Promise<void>
}
