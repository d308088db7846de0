/** A reading of the server's clock is worth more the faster the answer came. One this old gives way to any newer. */
const MAX_AGE_MS = 10_000

/**
 * For adapters: what the server's clock shows now, as far as answers tell. By the monotonic clock of this process in between, so that
 * a wall clock that is wrong or jumps does not matter.
 */
export class ServerClock {
  #offset = 0
  #error = Number.POSITIVE_INFINITY
  #readAt = Number.NEGATIVE_INFINITY

  /** The server showed `shown` some time between two moments of `performance.now()`. */
  read(shown: number, sentAt: number, receivedAt: number): void {
    const error = (receivedAt - sentAt) / 2
    const isStale = receivedAt - this.#readAt > MAX_AGE_MS
    if (error > this.#error && !isStale) return
    this.#offset = shown - (sentAt + receivedAt) / 2
    this.#error = error
    this.#readAt = receivedAt
  }

  /** Forgets what it knew, since the server says that it is wrong. What the server shows now is taken, if it is told. */
  correct(shown?: number): void {
    this.#error = Number.POSITIVE_INFINITY
    const at = performance.now()
    if (shown !== undefined) this.read(shown, at, at)
  }

  get now(): number {
    return Math.round(performance.now() + this.#offset)
  }

  get isSet(): boolean {
    return this.#readAt !== Number.NEGATIVE_INFINITY
  }
}
