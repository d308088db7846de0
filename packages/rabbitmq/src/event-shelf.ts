import type { Cursor, HotlineEvent } from '@hotline/core'
import { InvalidOptionError } from '@hotline/core'

type KeptEvent = Exclude<HotlineEvent, { readonly type: 'stream.gap' }>

/** An event, and the latest time that the log told up to there, by which it ages. */
export interface AgedEvent {
  readonly event: KeptEvent
  readonly age: number
}

/** A place in the log: after event `index` of the entry at `offset`. */
export interface Position {
  readonly offset: number
  readonly index: number
}

/** How much of the log is at hand for readers. What is older is read from the stream again. */
const SHELF_EVENTS = 20_000
const SHELF_BYTES = 32_000_000

interface Shelved extends Position, AgedEvent {
  readonly bytes: number
}

/** The youngest events, in their order, for all readers of this process. */
export class EventShelf {
  #items: Shelved[] = []
  /** Items in front that are gone but not yet cut off. */
  #head = 0
  #bytes = 0
  #goneTo: Position | undefined
  readonly #waiting = new Set<() => void>()

  push(events: readonly HotlineEvent[], age: number, bytes: number): void {
    for (const event of events) {
      if (event.type === 'stream.gap') continue
      this.#items.push({ ...positionOf(event.cursor), event, age, bytes: bytes / events.length })
    }
    this.#bytes += events.length === 0 ? 0 : bytes
    while (this.#size > SHELF_EVENTS || (this.#bytes > SHELF_BYTES && this.#size > 1)) this.#drop()
    if (events.length > 0) this.wake()
  }

  /** The last position that is no longer here. */
  get goneTo(): Position | undefined {
    return this.#goneTo
  }

  /** The first event after a position. */
  after(position: Position): AgedEvent | undefined {
    let low = this.#head
    let high = this.#items.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const item = this.#items[middle]
      if (item !== undefined && isAfter(item, position)) high = middle
      else low = middle + 1
    }
    return this.#items[low]
  }

  /** Until there is another event, or the signal aborts. */
  more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        this.#waiting.delete(end)
        signal.removeEventListener('abort', end)
        resolve()
      }
      this.#waiting.add(end)
      signal.addEventListener('abort', end)
      if (signal.aborted) end()
    })
  }

  wake(): void {
    for (const end of [...this.#waiting]) end()
  }

  get #size(): number {
    return this.#items.length - this.#head
  }

  #drop(): void {
    const first = this.#items[this.#head]
    if (first === undefined) return
    this.#head += 1
    this.#bytes -= first.bytes
    this.#goneTo = { offset: first.offset, index: first.index }
    if (this.#head < 1024 || this.#head * 2 < this.#items.length) return
    this.#items = this.#items.slice(this.#head)
    this.#head = 0
  }
}

export function isAfter(one: Position, other: Position): boolean {
  return one.offset > other.offset || (one.offset === other.offset && one.index > other.index)
}

export function cursorOf({ offset, index }: Position): Cursor {
  return `${offset}.${index}`
}

/** @throws InvalidOptionError for what is no cursor of this transport */
export function positionOf(cursor: Cursor): Position {
  const [, offset, index] = /^(-1|\d{1,15})\.(\d{1,6})$/.exec(cursor) ?? []
  if (offset !== undefined && index !== undefined) return { offset: Number(offset), index: Number(index) }
  throw new InvalidOptionError({
    option: 'from',
    problem: `"${cursor.slice(0, 60)}" is not a cursor of the RabbitMQ transport.`,
    cure: 'Give `start`, `now`, or the `cursor` of an event of this log.',
  })
}
