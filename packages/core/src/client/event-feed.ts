/**
 * One subscription of a client, shared by its listeners and by every handle that waits. Asleep until somebody
 * listens; then it follows the log from `now`. When the backend is out of reach it subscribes again from the last
 * cursor, after 100 ms, 200 ms, up to 5 s, and says so once per outage.
 *
 *   asleep --ready--> attaching --attached--> following --it breaks--> mending --subscribed again--> following
 *              asleep <--refused--'  (and for a listener it tries again)
 */
import type { Cursor, HotlineEvent } from '../events/event.ts'
import type { JobId } from '../job/job-id.ts'
import type { Transport } from '../transport/transport.ts'
import { RetryPause } from './retry-pause.ts'

/** What the feed tells its client. */
export interface FeedListener {
  /** Connects, before the first subscription. */
  open(): Promise<void>
  onEvent(event: HotlineEvent): void
  /** The subscription broke, or there could be none. Said once per outage. */
  onOutage(error: unknown): void
}

export class EventFeed {
  readonly #transport: Transport
  readonly #listener: FeedListener
  readonly #watchers = new Map<JobId, Set<(event: HotlineEvent) => void>>()
  readonly #stop = new AbortController()
  #ready: Promise<void> | undefined
  #cursor: Cursor | 'now' = 'now'
  #isOut = false
  #isTryingAgain = false

  constructor(transport: Transport, listener: FeedListener) {
    this.#transport = transport
    this.#listener = listener
  }

  /** Wakes the feed. Resolves when nothing that is appended from then on will be missed. */
  ready(): Promise<void> {
    this.#ready ??= this.#start()
    return this.#ready
  }

  /** As `ready`, for a listener who stays: where the first try fails, it goes on trying. */
  keepReady(): Promise<void> {
    const first = this.ready()
    first.catch(() => this.#tryAgain())
    return first
  }

  /** Calls back for each event of one job, and for gaps, until the returned function is called. */
  watch(id: JobId, onEvent: (event: HotlineEvent) => void): () => void {
    const watchers = this.#watchers.get(id) ?? new Set()
    this.#watchers.set(id, watchers.add(onEvent))
    return () => {
      watchers.delete(onEvent)
      if (watchers.size === 0) this.#watchers.delete(id)
    }
  }

  close(): void {
    this.#stop.abort()
  }

  async #start(): Promise<void> {
    try {
      await this.#listener.open()
      const events = await this.#subscribe()
      this.#isOut = false
      void this.#follow(events)
    } catch (error) {
      this.#ready = undefined
      this.#tell(error)
      throw error
    }
  }

  async #tryAgain(): Promise<void> {
    if (this.#isTryingAgain) return
    this.#isTryingAgain = true
    const retry = new RetryPause(this.#stop.signal)
    for (let isReady = false; !isReady && !this.#stop.signal.aborted; ) {
      await retry.wait()
      isReady = await this.ready().then(
        () => true,
        () => false,
      )
    }
    this.#isTryingAgain = false
  }

  #tell(error: unknown): void {
    if (!this.#isOut && !this.#stop.signal.aborted) this.#listener.onOutage(error)
    this.#isOut = true
  }

  #subscribe(): Promise<AsyncIterable<HotlineEvent>> {
    return this.#transport.log.subscribe({ from: this.#cursor, signal: this.#stop.signal })
  }

  async #follow(first: AsyncIterable<HotlineEvent>): Promise<void> {
    let events: AsyncIterable<HotlineEvent> | undefined = first
    const retry = new RetryPause(this.#stop.signal)
    while (!this.#stop.signal.aborted) {
      try {
        events ??= await this.#subscribe()
        for await (const event of events) {
          retry.reset()
          this.#isOut = false
          this.#cursor = event.cursor
          this.#deliver(event)
        }
      } catch (error) {
        this.#tell(error)
      }
      events = undefined
      await retry.wait()
    }
  }

  #deliver(event: HotlineEvent): void {
    this.#listener.onEvent(event)
    if (event.type === 'stream.gap')
      for (const watchers of this.#watchers.values()) for (const onEvent of watchers) onEvent(event)
    if ('jobId' in event) for (const onEvent of this.#watchers.get(event.jobId) ?? []) onEvent(event)
  }
}
