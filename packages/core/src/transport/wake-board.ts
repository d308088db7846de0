/** What `setTimeout` can hold, in ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * For adapters: wakes those of this process who wait for a topic, such as `log` or `job:<id>`. A wake-up too many changes
 * nothing; nor does one that is lost, where who waits looks by himself at times.
 */
export class WakeBoard {
  readonly #waiting = new Map<string, Set<() => void>>()

  wake(topic: string): void {
    for (const wake of [...(this.#waiting.get(topic) ?? [])]) wake()
  }

  /** Whether anybody waits for a topic that begins so. */
  hears(beginning: string): boolean {
    return [...this.#waiting.keys()].some((topic) => topic.startsWith(beginning))
  }

  wakeAll(): void {
    for (const topic of [...this.#waiting.keys()]) this.wake(topic)
  }

  /** Begins to wait: what is woken from now on is noticed, though `until` is called later. */
  ear(topics: readonly string[]): Ear {
    const ear = new Ear(() => {
      for (const topic of topics) this.#leave(topic, ear.hear)
    })
    for (const topic of topics) {
      const ears = this.#waiting.get(topic) ?? new Set()
      ears.add(ear.hear)
      this.#waiting.set(topic, ears)
    }
    return ear
  }

  #leave(topic: string, hear: () => void): void {
    const ears = this.#waiting.get(topic)
    ears?.delete(hear)
    if (ears?.size === 0) this.#waiting.delete(topic)
  }
}

/** One who waits. */
export class Ear {
  readonly #leave: () => void
  #isWoken = false
  #wake: (() => void) | undefined

  constructor(leave: () => void) {
    this.#leave = leave
  }

  readonly hear = (): void => {
    this.#isWoken = true
    this.#wake?.()
  }

  /** Until it is woken, was woken since the last time, `ms` have passed, or `stop` aborts. */
  async until(ms: number, stop: AbortSignal): Promise<void> {
    if (!this.#isWoken && !stop.aborted)
      await new Promise<void>((resolve) => {
        const end = () => {
          clearTimeout(timer)
          stop.removeEventListener('abort', end)
          this.#wake = undefined
          resolve()
        }
        const timer = setTimeout(end, Math.min(ms, LONGEST_TIMER_MS))
        stop.addEventListener('abort', end)
        this.#wake = end
      })
    this.#isWoken = false
  }

  close(): void {
    this.#leave()
  }
}
