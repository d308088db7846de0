import type { Client, JobHandle } from '@hotline/core'
import { explanationText, isFinal, isJobId, JobError, TransportError, WaitTimeoutError } from '@hotline/core'
import type { JobView } from './frame.ts'
import { reply, replyJson, replyText } from './reply.ts'

/** Runs a job that has ended once more: enqueues it again with the input that the application has. */
export type Retry = (job: JobHandle) => Promise<JobHandle>

/** Longest reason of a cancel that is kept, in UTF-16 units. */
const LONGEST_REASON = 1000
/** Longer than a stop ladder takes; a page that waits longer sees the end as an event. */
const CANCEL_TIMEOUT_MS = 60_000

/** What a page asks about one job, and what it does to it. */
export class JobDesk {
  readonly #client: Client
  readonly #retry: Retry | undefined

  constructor(client: Client, retry: Retry | undefined) {
    this.#client = client
    this.#retry = retry
  }

  get canRetry(): boolean {
    return this.#retry !== undefined
  }

  /** Answers for `/api/jobs/ID`, `/api/jobs/ID/ACTION`. */
  async answer(request: Request, id: string, action: string | undefined): Promise<Response> {
    if (!isJobId(id)) return replyText(404, 'That is not the id of a job: an id is a UUID of version 7.')
    const job = await this.#client.handle(id)
    const { record } = job
    if (record === undefined) return replyText(404, absenceText(job))
    const isPost = request.method === 'POST'
    if (action === undefined && !isPost) return replyJson(viewOf(job, record))
    if (action === 'explain' && !isPost)
      return replyJson({ lines: explanationText(await this.#client.explain(job.id)) })
    if (action === 'events' && !isPost) return this.#events(job, request.signal)
    if (action === 'cancel' && isPost) return cancel(job, request)
    if (action === 'retry' && isPost) return this.#retryJob(job)
    return replyText(404, 'There is nothing of that name.')
  }

  async #retryJob(job: JobHandle): Promise<Response> {
    if (this.#retry === undefined)
      return replyText(409, 'Nobody has told this dashboard how to run a job again: give it `retry`.')
    if (!isFinal(job.state))
      return replyText(409, `The job is ${job.state}; only one that has ended can be run again.`)
    const again = await this.#retry(job)
    return replyJson({ id: again.id })
  }

  /** All events of the job, whole, from its first; a line each, as they come, until its end. */
  #events(job: JobHandle, signal: AbortSignal): Response {
    const events = job.events({ signal })[Symbol.asyncIterator]()
    const body = new ReadableStream<string>({
      pull: async (controller) => {
        const next = await events.next()
        if (next.done === true) controller.close()
        else controller.enqueue(`${JSON.stringify(next.value)}\n`)
      },
      cancel: async () => void (await events.return?.()),
    })
    return reply(body.pipeThrough(new TextEncoderStream()), 'application/x-ndjson; charset=utf-8')
  }
}

async function cancel(job: JobHandle, request: Request): Promise<Response> {
  const given: unknown = await request.json().catch(() => undefined)
  const reason: unknown =
    typeof given === 'object' && given !== null ? Reflect.get(given, 'reason') : undefined
  const isText = typeof reason === 'string' && reason.trim() !== ''
  try {
    return replyJson(
      await job.cancel({
        reason: isText ? reason.slice(0, LONGEST_REASON) : undefined,
        timeout: CANCEL_TIMEOUT_MS,
      }),
    )
  } catch (error) {
    if (error instanceof WaitTimeoutError) return replyText(504, error.message)
    if (error instanceof JobError) return replyText(404, error.message)
    throw error
  }
}

function viewOf(job: JobHandle, record: NonNullable<JobHandle['record']>): JobView {
  const { observedAt, trustedUntil } = job.evidence
  return { state: job.state, record, now: Date.now(), observedAt, trustedUntil }
}

/** As the command line says it. */
function absenceText({ id, state }: JobHandle): string {
  return state === 'forgotten'
    ? `Job ${id} is not there any more: it is older than the retention.`
    : `Job ${id} is unknown: no job of that id was stored here.`
}

/** The answer for a call that failed. Unforeseen errors are not told to whoever is at the other end. */
export function failureReply(error: unknown): Response {
  if (error instanceof TransportError) return replyText(503, error.message)
  return replyText(500, 'The dashboard failed; its log has the reason.')
}
