import type { Logger } from '@hotline/core'

const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 5000

/** One spell in which the backend is out of reach: said once, waited through with growing pauses. */
export class Outage {
  readonly #logger: Logger
  readonly #what: string
  #failures = 0

  constructor(logger: Logger, what: string) {
    this.#logger = logger
    this.#what = what
  }

  /** Waits before the next try; false when the signal aborts meanwhile. */
  async pause(error: unknown, signal: AbortSignal): Promise<boolean> {
    if (this.#failures === 0)
      this.#logger.warn({ err: error }, `cannot ${this.#what}; trying again until it works`)
    const wait = Math.min(FIRST_WAIT_MS * 2 ** this.#failures, LONGEST_WAIT_MS)
    this.#failures += 1
    return sleep(wait, signal)
  }

  over(): void {
    if (this.#failures > 0) this.#logger.info({ tries: this.#failures }, `can ${this.#what} again`)
    this.#failures = 0
  }
}

/** Resolves with true after the time, or with false as soon as the signal aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false)
  return new Promise((resolve) => {
    const wake = (isWhole: boolean) => () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stopped)
      resolve(isWhole)
    }
    const stopped = wake(false)
    const timer = setTimeout(wake(true), ms)
    signal.addEventListener('abort', stopped)
  })
}
