import { InvalidOptionError } from '../error.ts'

/** What a reader that was too slow has lost: how many items, and the outermost of them. */
export interface Overflow<T> {
  readonly dropped: number
  readonly first: T
  readonly last: T
}

/** Options of a {@link BoundedBuffer}. */
export interface BoundedBufferOptions<T> {
  /** Most items that wait for the reader, 1 or more. */
  readonly capacity: number
  /** Makes the item that the reader gets in place of those it lost, such as a `stream.gap`; without it, it gets none. */
  readonly onOverflow?: ((overflow: Overflow<T>) => T) | undefined
  /** Ends the iteration at once, and drops what waits. The reader's own wish, so nothing is thrown. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A queue between one side that pushes and must not wait, and one reader that iterates. When it is full the oldest item
 * gives way, and the reader is told in the place of the gap.
 *
 * It is open until `end` or `fail`, which still deliver what waits, or until the reader leaves or the signal is aborted,
 * which do not. After that, what is pushed is dropped. A listener hangs on the signal only while the reader waits.
 */
export class BoundedBuffer<T> implements AsyncIterable<T> {
  readonly #capacity: number
  readonly #onOverflow: ((overflow: Overflow<T>) => T) | undefined
  readonly #signal: AbortSignal | undefined
  readonly #items: T[] = []
  #lost: Overflow<T> | undefined
  #dropped = 0
  #closing: Closing | undefined
  #isTaken = false
  #wake: (() => void) | undefined

  constructor({ capacity, onOverflow, signal }: BoundedBufferOptions<T>) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      const problem = `\`capacity\` is ${capacity}.`
      throw new InvalidOptionError({ option: 'capacity', problem, cure: 'Give a whole number from 1.' })
    }
    this.#capacity = capacity
    this.#onOverflow = onOverflow
    this.#signal = signal
  }

  /** How many items wait. */
  get size(): number {
    return this.#items.length
  }

  /** How many items gave way in all. */
  get dropped(): number {
    return this.#dropped
  }

  /** Adds an item, in place of the oldest if there is no room. Returns whether it was taken: not once it is closed. */
  push(item: T): boolean {
    if (this.#closing !== undefined || this.#signal?.aborted === true) return false
    if (this.#items.length === this.#capacity) this.#dropOldest()
    this.#items.push(item)
    this.#wake?.()
    return true
  }

  /** Ends the iteration after what waits. The first of `end` and `fail` counts. */
  end(): void {
    this.#closing ??= { kind: 'end' }
    this.#wake?.()
  }

  /** Makes the iteration throw after what waits. */
  fail(error: unknown): void {
    this.#closing ??= { kind: 'failure', error }
    this.#wake?.()
  }

  /** The one iterator; a second reader would steal items from the first. @throws TypeError for the second */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    if (this.#isTaken)
      throw new TypeError('This buffer has its reader already. Make one buffer for each reader.')
    this.#isTaken = true
    const reader = this.#read()
    return {
      next: () => reader.next(),
      // A generator that waits would answer only once it was woken.
      return: () => {
        this.#leave()
        return reader.return(undefined)
      },
    }
  }

  async *#read(): AsyncGenerator<T, undefined> {
    try {
      while (this.#signal?.aborted !== true) {
        const lost = this.#takeLost()
        if (lost !== undefined && this.#onOverflow !== undefined) yield this.#onOverflow(lost)
        else if (this.#items.length > 0) yield* this.#items.splice(0, 1)
        else if (this.#closing === undefined) await this.#woken()
        else if (this.#closing.kind === 'failure') throw this.#closing.error
        else return undefined
      }
      return undefined
    } finally {
      this.#leave()
    }
  }

  #leave(): void {
    this.#items.length = 0
    this.#lost = undefined
    this.end()
  }

  #dropOldest(): void {
    for (const item of this.#items.splice(0, 1)) {
      const { dropped, first } = this.#lost ?? { dropped: 0, first: item }
      this.#lost = { dropped: dropped + 1, first, last: item }
      this.#dropped += 1
    }
  }

  #takeLost(): Overflow<T> | undefined {
    const lost = this.#lost
    this.#lost = undefined
    return lost
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wake = undefined
        this.#signal?.removeEventListener('abort', wake)
        resolve()
      }
      this.#wake = wake
      this.#signal?.addEventListener('abort', wake)
    })
  }
}

type Closing = { readonly kind: 'end' } | { readonly kind: 'failure'; readonly error: unknown }
