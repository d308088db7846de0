const FIRST_MS = 100
const LONGEST_MS = 5000

/** The pauses between tries while a backend is out of reach: 100 ms, doubled up to 5 s. */
export class RetryPause {
  readonly #signal: AbortSignal
  #nextMs = FIRST_MS

  /** A wait ends when `signal` aborts. */
  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  /** It works again: the next wait is a short one. */
  reset(): void {
    this.#nextMs = FIRST_MS
  }

  wait(): Promise<void> {
    const ms = this.#nextMs
    this.#nextMs = Math.min(ms * 2, LONGEST_MS)
    if (this.#signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      this.#signal.addEventListener('abort', end)
    })
  }
}
