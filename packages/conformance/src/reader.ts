import type { Cursor, EventOf, EventType, HotlineEvent, JobEventType, Transport } from '@hotline/core'
import { PatienceError, waitFor } from './patience.ts'

/** An event of a job, as a reader gets it. */
export type LoggedJobEvent = EventOf<JobEventType>

interface ReaderOptions {
  readonly from: Cursor | 'start' | 'now'
  readonly jobId?: string
  /** How long `until` waits. */
  readonly limitMs: number
}

/** A subscription that keeps what it read. */
export class Reader {
  readonly events: HotlineEvent[] = []
  readonly #limitMs: number
  readonly #stop: AbortController
  readonly #done: Promise<void>
  #error: unknown

  /** Resolves when the backend has granted the subscription. */
  static async open(transport: Transport, { from, jobId, limitMs }: ReaderOptions): Promise<Reader> {
    const stop = new AbortController()
    const events = await transport.log.subscribe({ from, jobId, signal: stop.signal })
    return new Reader(events, stop, limitMs)
  }

  private constructor(events: AsyncIterable<HotlineEvent>, stop: AbortController, limitMs: number) {
    this.#limitMs = limitMs
    this.#stop = stop
    this.#done = this.#read(events)
  }

  get cursors(): readonly Cursor[] {
    return this.events.map((event) => event.cursor)
  }

  /** The events of one job, or of all jobs. */
  ofJob(id?: string): readonly LoggedJobEvent[] {
    return this.events.filter(isJobEvent).filter((event) => id === undefined || event.jobId === id)
  }

  ofType<T extends EventType>(type: T): readonly EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> & HotlineEvent => event.type === type)
  }

  /** Waits until what was read so far satisfies the condition. */
  async until(awaited: string, isEnough: (reader: this) => boolean): Promise<void> {
    try {
      await waitFor(awaited, this.#limitMs, () => {
        if (this.#error !== undefined) throw this.#error
        return isEnough(this)
      })
    } catch (error) {
      throw error instanceof PatienceError ? this.#inVain(error) : error
    }
  }

  /** Waits for an event of this type, of this job if one is given. */
  async untilType<T extends EventType>(type: T, jobId?: string): Promise<EventOf<T>> {
    const find = (): EventOf<T> | undefined =>
      this.ofType(type).find((event) => jobId === undefined || ('jobId' in event && event.jobId === jobId))
    await this.until(
      `an event ${type}${jobId === undefined ? '' : ` of job ${jobId}`}`,
      () => find() !== undefined,
    )
    const found = find()
    if (found === undefined) throw new Error(`The event ${type} has vanished.`)
    return found
  }

  /** Resolves when the stream has come to an end, whoever ended it. */
  ended(): Promise<void> {
    return this.#done
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #read(events: AsyncIterable<HotlineEvent>): Promise<void> {
    try {
      for await (const event of events) this.events.push(event)
    } catch (error) {
      this.#error = error
    }
  }

  #inVain({ awaited, limitMs }: PatienceError): PatienceError {
    const read = this.events.slice(-8).map((event) => event.type)
    const cause = new Error(
      `${this.events.length} events were read; the last are: ${read.join(', ') || 'none'}`,
    )
    return new PatienceError({ awaited, limitMs, cause })
  }
}

function isJobEvent(event: HotlineEvent): event is LoggedJobEvent {
  return 'jobId' in event
}
