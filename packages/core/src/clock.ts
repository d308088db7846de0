/** Time, so that tests can hold it. */
export interface Clock {
  /** Wall clock in ms since 1970. May jump. */
  now(): number
  /** Ms since some moment. Never goes back. */
  monotonic(): number
  /** Runs once after `ms`, however long that is. */
  setTimer(ms: number, run: () => void): Timer
}

export interface Timer {
  cancel(): void
  /** Lets the process end although the timer runs. */
  unref(): void
}

/** n.b. `setTimeout` takes 31 bits, and fires at once when given more. */
const LONGEST_MS = 2 ** 31 - 1

/** The system's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (ms, run) => new SystemTimer(ms, run),
}

class SystemTimer implements Timer {
  #handle: NodeJS.Timeout
  #isUnref = false

  constructor(ms: number, run: () => void) {
    this.#handle = this.#arm(ms, run)
  }

  cancel(): void {
    clearTimeout(this.#handle)
  }

  unref(): void {
    this.#isUnref = true
    this.#handle.unref()
  }

  #arm(ms: number, run: () => void): NodeJS.Timeout {
    if (!(ms > LONGEST_MS)) return setTimeout(run, ms)
    return setTimeout(() => {
      this.#handle = this.#arm(ms - LONGEST_MS, run)
      if (this.#isUnref) this.#handle.unref()
    }, LONGEST_MS)
  }
}
