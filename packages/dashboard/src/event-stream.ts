/**
 * What a page gets, as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html):
 *
 *   fresh      --> hello, jobs …, caught-up --> following
 *   resuming   --> hello                    --> following      from the cursor that the browser gives as Last-Event-ID
 *   following  --> events of the log, each with its cursor as id; looks at the workers between them
 *   any --the backend fails--> outage, a pause --> resuming, from the last cursor that was sent, or fresh without one
 *
 * A page that reads slowly falls behind in the log, and nothing is kept for it here.
 */
import type { Client, Cursor, HotlineEvent, JobRecord, JobsOptions } from '@hotline/core'
import { InvalidOptionError } from '@hotline/core'
import type { BackendPulse } from './backend-pulse.ts'
import type { Frame } from './frame.ts'
import { slimEvent, slimRecord } from './slim.ts'

/** What streams of one dashboard share. */
export interface StreamDesk {
  readonly client: Client
  readonly pulse: BackendPulse
  readonly canRetry: boolean
}

/** Jobs that a page starts with, at most: as many as it keeps. */
const MOST_JOBS = 10_000
/** Jobs of one frame: a page shows the first before the last is read. */
const CHUNK = 200
const PAUSE_MS = 1000
/** How long a browser waits before it connects again, in ms. */
const RETRY_MS = 1000

/** The events of all jobs; ends when `signal` aborts or the reader leaves. */
export function eventStream(
  desk: StreamDesk,
  { cursor, signal }: { readonly cursor: Cursor | undefined; readonly signal: AbortSignal },
): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<string, string>()
  const stream = new EventStream(desk, writable.getWriter(), cursor)
  void stream.run(signal)
  return readable.pipeThrough(new TextEncoderStream())
}

class EventStream {
  readonly #desk: StreamDesk
  readonly #writer: WritableStreamDefaultWriter<string>
  readonly #left = new AbortController()
  #cursor: Cursor | undefined

  constructor(desk: StreamDesk, writer: WritableStreamDefaultWriter<string>, cursor: Cursor | undefined) {
    this.#desk = desk
    this.#writer = writer
    this.#cursor = cursor
    // A reader that leaves breaks the pipe, also while nothing is written.
    writer.closed.catch(() => {}).finally(() => this.#left.abort())
  }

  /** Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = AbortSignal.any([signal, this.#left.signal])
    const unlisten = this.#desk.pulse.listen((beat) => {
      // Whoever is behind gets the next one: a look is only worth something while it is new.
      if ((this.#writer.desiredSize ?? 0) > 0) void this.#write(textOf(beat))
    })
    await this.#write(`retry: ${RETRY_MS}\n\n`)
    while (!stop.aborted) {
      const over = new AbortController()
      const problem = await this.#follow(AbortSignal.any([stop, over.signal])).catch((error: unknown) =>
        this.#problemOf(error),
      )
      over.abort() // leaves a subscription that nobody came to read
      if (stop.aborted) break
      if (problem !== undefined) await this.#write(textOf({ type: 'outage', problem }))
      await pause(PAUSE_MS, stop)
    }
    unlisten()
    await this.#writer.close().catch(() => {})
  }

  async #follow(stop: AbortSignal): Promise<undefined> {
    const { client, canRetry } = this.#desk
    const from = this.#cursor
    // Before the jobs are listed, so that nothing is missed between; what comes twice has a `seq` that says so.
    const events = client.events.stream({ from: from ?? 'now', signal: stop })
    await this.#write(textOf({ type: 'hello', isFresh: from === undefined, now: Date.now(), canRetry }))
    if (from === undefined) await this.#writeJobs(stop)
    for await (const event of events) await this.#writeEvent(event)
  }

  /** What is seen at once comes first: the newest, then what runs, then all. What comes twice is the same. */
  async #writeJobs(stop: AbortSignal): Promise<void> {
    for (const options of [
      { limit: CHUNK },
      { state: 'running', limit: 1000 },
      { limit: MOST_JOBS },
    ] as const)
      await this.#writeList(options, stop)
    await this.#write(textOf({ type: 'caught-up' }))
  }

  async #writeList(options: JobsOptions, stop: AbortSignal): Promise<void> {
    let jobs: JobRecord[] = []
    for await (const { record } of this.#desk.client.jobs(options)) {
      if (stop.aborted) return
      if (record !== undefined) jobs.push(slimRecord(record))
      if (jobs.length < CHUNK) continue
      await this.#write(textOf({ type: 'jobs', jobs }))
      jobs = []
    }
    if (jobs.length > 0) await this.#write(textOf({ type: 'jobs', jobs }))
  }

  async #writeEvent(event: HotlineEvent): Promise<void> {
    await this.#write(`id: ${encodeURIComponent(event.cursor)}\n${textOf(slimEvent(event))}`)
    this.#cursor = event.cursor
  }

  /** A cursor that this backend never gave is of no use: the page begins anew. */
  #problemOf(error: unknown): string | undefined {
    if (error instanceof InvalidOptionError && this.#cursor !== undefined) {
      this.#cursor = undefined
      return undefined
    }
    return error instanceof Error ? error.message : String(error)
  }

  /** Waits until the reader has room. One that has left is no error. */
  async #write(text: string): Promise<void> {
    await this.#writer.write(text).catch(() => {})
  }
}

/** JSON has no line break of its own, so that one line holds it. */
function textOf(frame: Frame): string {
  return `data: ${JSON.stringify(frame)}\n\n`
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      stop.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    stop.addEventListener('abort', end)
  })
}
