import type { JobErrorCode } from '../error.ts'
import { JobError } from '../error.ts'
import type { ErrorDocument } from './error-document.ts'
import { reviveError } from './error-document.ts'
import type { JobRecord } from './record.ts'

/** The error of a job that ended without success, or of its latest failed attempt; `undefined` if there is none. */
export function jobErrorOf(record: JobRecord): JobError | undefined {
  const { code, error, state } = record
  if (code === undefined || state === 'succeeded') return undefined
  return buildJobError(record, {
    code,
    error,
    attempt: record.attempt,
    story: STORIES[state] ?? 'has an error',
  })
}

/** The error of one attempt. */
export function attemptErrorOf(record: JobRecord, attempt: number): JobError | undefined {
  const found = record.attempts.find((known) => known.attempt === attempt)
  if (found?.code === undefined) return undefined
  return buildJobError(record, {
    code: found.code,
    error: found.error,
    attempt,
    story: `${found.ended ?? 'ended'}`,
  })
}

const STORIES: { readonly [state: string]: string } = {
  failed: 'failed',
  cancelled: 'was cancelled',
  expired: 'expired before anybody started it',
  retrying: 'failed and is to be tried again',
  queued: 'lost its process or worker and is queued again',
}

interface ErrorFacts {
  readonly code: JobErrorCode
  readonly error: ErrorDocument | undefined
  readonly attempt: number
  readonly story: string
}

function buildJobError(record: JobRecord, { code, error, attempt, story }: ErrorFacts): JobError {
  const { id: jobId, task, limits, enqueueSite } = record
  // Only these two are paid for out of `attempts`, whose number an attempt's own may exceed after crashes.
  const isLast = record.state === 'failed' && attempt === record.attempt
  const isCounted = isLast && (code === 'HANDLER_ERROR' || code === 'TIMEOUT')
  const count = isCounted ? ` (${record.failures} of ${limits.attempts} failures)` : ''
  const where = attempt === 0 ? '' : ` at attempt ${attempt}${count}`
  const reason =
    error === undefined
      ? (record.cancel?.reason ?? record.receipt?.reason)
      : `${error.name}: ${error.message}`
  const message = `Job ${jobId} of task "${task}" ${story}${where}${reason === undefined ? '.' : `: ${reason}`}`
  const remote = error?.stack === undefined ? [] : ['Thrown in the worker:', indent(error.stack)]
  const site = enqueueSite === undefined ? [] : ['Enqueued:', enqueueSite]
  const stack = [`JobError [${code}]: ${message}`, ...remote, ...site].join('\n')
  const cause = error === undefined ? {} : { cause: reviveError(error) }
  return new JobError(code, { jobId, task, attempt, message, stack, ...cause })
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ')
}
