interface Pending {
  readonly until: number
  readonly reject: (error: Error) => void
}

/**
 * Ends calls that get no answer in time, and all at once when the transport closes. One timer watches the oldest call:
 * at thousands of calls a second, a timer and a listener for each cost more than the call.
 */
export class AnswerLimit {
  readonly #ms: number
  readonly #onSilence: () => void
  /** In the order they were sent, so the first is the first to be late. */
  readonly #pending = new Set<Pending>()
  #timer: NodeJS.Timeout | undefined

  /** @param onSilence called when a call is late: whatever it was sent over is of no use. */
  constructor(ms: number, onSilence: () => void) {
    this.#ms = ms
    this.#onSilence = onSilence
  }

  /** The answer, or a rejection when it is late or `close` comes first. */
  of<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const pending = { until: performance.now() + this.#ms, reject }
      this.#pending.add(pending)
      this.#timer ??= setTimeout(() => this.#look(), this.#ms)
      answer.then(
        (value) => {
          this.#pending.delete(pending)
          resolve(value)
        },
        (error) => {
          this.#pending.delete(pending)
          reject(error)
        },
      )
    })
  }

  close(): void {
    clearTimeout(this.#timer)
    for (const { reject } of this.#pending) reject(new Error('closed'))
    this.#pending.clear()
  }

  #look(): void {
    this.#timer = undefined
    const now = performance.now()
    const [oldest] = this.#pending
    if (oldest === undefined) return
    if (oldest.until <= now) this.#endLate(now)
    const [left] = this.#pending
    if (left !== undefined) this.#timer = setTimeout(() => this.#look(), Math.max(1, left.until - now))
  }

  #endLate(now: number): void {
    this.#onSilence()
    for (const pending of this.#pending) {
      if (pending.until > now) return
      this.#pending.delete(pending)
      pending.reject(new Error(`The server did not answer within ${this.#ms} ms: timed out`))
    }
  }
}
