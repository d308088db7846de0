/** Reports go out at once, then at most one in this time. */
export const PROGRESS_EVERY_MS = 100

/** Sends a report on. A promise of `false` says that it was not stored; then the next one counts it as dropped. */
export type SendProgress<V> = (value: V, dropped: number) => Promise<boolean> | undefined

/**
 * Passes on the first report at once and then the latest at most every 100 ms, with the number of those it replaced.
 * Time is looked at with each report too, since a handler that spins leaves timers no turn.
 */
export class ProgressThrottle<V> {
  readonly #send: SendProgress<V>
  #latest: { readonly value: V } | undefined
  #dropped = 0
  #sentAt = Number.NEGATIVE_INFINITY
  #sending: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(send: SendProgress<V>) {
    this.#send = send
  }

  report(value: V, dropped = 0): void {
    this.#dropped += dropped + (this.#latest === undefined ? 0 : 1)
    this.#latest = { value }
    this.#schedule()
  }

  /** Sends what is left, at once where nothing is under way, and waits until it is stored or dropped. */
  async flush(): Promise<void> {
    if (this.#sending !== undefined) await this.#sending
    this.#pass()
    if (this.#sending !== undefined) await this.#sending
    clearTimeout(this.#timer)
  }

  #schedule(): void {
    if (this.#sending !== undefined) return
    const wait = this.#sentAt + PROGRESS_EVERY_MS - performance.now()
    if (wait <= 0) this.#pass()
    else this.#timer ??= setTimeout(() => this.#pass(), wait).unref()
  }

  #pass(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#latest === undefined) return
    const { value } = this.#latest
    const dropped = this.#dropped
    this.#latest = undefined
    this.#dropped = 0
    this.#sentAt = performance.now()
    this.#sending = this.#send(value, dropped)?.then((isStored) => {
      this.#sending = undefined
      if (!isStored) this.#dropped += dropped + 1
      if (this.#latest !== undefined) this.#schedule()
    })
  }
}
