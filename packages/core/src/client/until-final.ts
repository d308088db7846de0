import { JobError, WaitTimeoutError } from '../error.ts'
import type { HotlineEvent } from '../events/event.ts'
import type { JobId } from '../job/job-id.ts'
import type { JobRecord } from '../job/record.ts'
import { isFinal } from '../job/record.ts'
import type { JobState } from '../job/truth.ts'
import type { JobHome } from './job-home.ts'

/** How often a waiting handle asks although no event came: the floor under a feed that may be broken. */
const FLOOR_MS = 5000

export interface WaitOptions {
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onTimeout: 'RESULT_TIMEOUT' | 'CANCEL_TIMEOUT'
}

/** A job that is waited for, as a handle shows it. */
export interface Awaited {
  readonly id: JobId
  readonly task: string
  readonly state: JobState
  readonly record: JobRecord | undefined
  refresh(): Promise<unknown>
}

const FINAL_EVENTS: ReadonlySet<string> = new Set([
  'job.succeeded',
  'job.failed',
  'job.cancelled',
  'job.expired',
  'stream.gap',
])

/**
 * Waits until the job is in a final state. Woken by its events, with a look every 5 s as the floor.
 * @throws JobError (JOB_UNKNOWN, JOB_FORGOTTEN) when the backend has no such job (any more), WaitTimeoutError,
 * ClosedError, TransportError if the first look fails, and the signal's reason.
 */
export async function untilFinal(job: Awaited, home: JobHome, options: WaitOptions): Promise<JobRecord> {
  const startedAt = home.now()
  const { promise, resolve, reject } = Promise.withResolvers<JobRecord>()
  promise.catch(() => {}) // it may be rejected when nobody awaits it any more
  const look = async () => {
    await job.refresh()
    if (job.record === undefined) reject(absent(job))
    else if (isFinal(job.record.state)) resolve(job.record)
  }
  const lookAgain = () => look().catch(() => {}) // an outage: the next event or look will tell
  const onEvent = (event: HotlineEvent) => FINAL_EVENTS.has(event.type) && void lookAgain()
  const onClose = () => reject(home.closed.reason)
  const onAbort = () => reject(options.signal?.reason)
  const onTimeout = () =>
    reject(
      new WaitTimeoutError(options.onTimeout, {
        jobId: job.id,
        state: job.state,
        waitedMs: home.now() - startedAt,
      }),
    )

  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(onTimeout, Math.min(options.timeoutMs, 2 ** 31 - 1))
  const floor = setInterval(lookAgain, FLOOR_MS)
  home.closed.addEventListener('abort', onClose)
  options.signal?.addEventListener('abort', onAbort)
  // Not awaited: a backend that does not answer must not outlast the timeout, the signal or `close`.
  const watching = home.watch(job.id, onEvent)
  watching.then(look).catch(reject)
  try {
    options.signal?.throwIfAborted()
    return await promise
  } finally {
    watching.then(
      (unwatch) => unwatch(),
      () => {},
    )
    clearTimeout(timer)
    clearInterval(floor)
    home.closed.removeEventListener('abort', onClose)
    options.signal?.removeEventListener('abort', onAbort)
  }
}

/** The error of a job that the backend does not have. */
export function absent({ id, task, state }: Pick<Awaited, 'id' | 'task' | 'state'>): JobError {
  const facts = { jobId: id, task, attempt: 0 }
  if (state === 'forgotten') {
    const message = `Job ${id} is older than the backend remembers. Read results sooner, or give the task a longer \`retention\`.`
    return new JobError('JOB_FORGOTTEN', { ...facts, message })
  }
  const message = `There is no job ${id} on this backend: it was never stored, or the backend lost it. Check the id, the URL and the namespace.`
  return new JobError('JOB_UNKNOWN', { ...facts, message })
}
