import { InvalidOptionError } from '../error.ts'
import type { Cursor, HotlineEvent, StreamGap } from '../events/event.ts'
import type { Notice } from '../events/notice.ts'
import { deepFreeze } from '../job/deep-freeze.ts'
import type { JobEvent } from '../job/event.ts'
import type { SubscribeOptions } from '../transport/transport.ts'

/**
 * The log of the memory transport: event number n has the cursor n. Events are trimmed from the front by age, so what
 * is missing is always a prefix, and a reader whose cursor lies in it gets one `stream.gap`.
 */
export class EventLog {
  #events: (JobEvent | Notice)[] = []
  /** Events in front of `#events` that are trimmed but not yet cut off. */
  #head = 0
  #trimmedTo = 0
  readonly #waiting = new Set<() => void>()

  append(event: JobEvent | Notice): void {
    this.#events.push(deepFreeze(event))
    for (const wake of this.#waiting) wake()
  }

  /** Drops what is older than `since`. Costs a constant share per event. */
  trim(since: number): void {
    for (
      let first = this.#events[this.#head];
      first !== undefined && first.at < since;
      first = this.#events[this.#head]
    ) {
      this.#head += 1
      this.#trimmedTo += 1
    }
    if (this.#head < 1024 || this.#head * 2 < this.#events.length) return
    this.#events = this.#events.slice(this.#head)
    this.#head = 0
  }

  /** Follows the log from a position that is fixed when this returns: nothing appended later is missed. */
  subscribe({ from, signal, jobId }: SubscribeOptions, now: () => number): AsyncIterable<HotlineEvent> {
    const last = this.#trimmedTo + this.#events.length - this.#head
    const start = from === 'start' ? this.#trimmedTo : from === 'now' ? last : offsetOf(from)
    return this.#follow(start > last ? -1 : start, { from, signal, jobId }, now)
  }

  async *#follow(
    start: number,
    { from, signal, jobId }: SubscribeOptions,
    now: () => number,
  ): AsyncGenerator<HotlineEvent> {
    let offset = start
    let cursor = from
    while (!signal.aborted) {
      if (offset < this.#trimmedTo) {
        yield this.#gap(cursor, now())
        offset = this.#trimmedTo
        continue
      }
      const event = this.#events[offset - this.#trimmedTo + this.#head]
      if (event === undefined) {
        await this.#more(signal)
        continue
      }
      offset += 1
      cursor = String(offset)
      if (jobId === undefined || ('jobId' in event && event.jobId === jobId)) yield { ...event, cursor }
    }
  }

  #gap(from: Cursor, at: number): StreamGap {
    return { v: 1, type: 'stream.gap', at, from, cursor: String(this.#trimmedTo) }
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#waiting.add(wake)
      signal.addEventListener('abort', wake)
    })
  }
}

function offsetOf(cursor: Cursor): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  const problem = `"${cursor.slice(0, 60)}" is not a cursor of the memory transport.`
  throw new InvalidOptionError({
    option: 'from',
    problem,
    cure: 'Give `start`, `now`, or the `cursor` of an event of this log.',
  })
}
