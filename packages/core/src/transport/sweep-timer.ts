/** Sweeps per lease, and the least time between two, in ms. */
const SWEEPS_PER_LEASE = 3
const LEAST_MS = 20

/** What is done each time. */
export interface SweepPlan {
  readonly leaseMs: number
  /** Resolves with in how many ms the next thing is due, if that is known. */
  readonly sweep: () => Promise<number | undefined>
  /** Whether an error means that this process will never be able to sweep. Default: none does. */
  readonly isFinal?: (error: unknown) => boolean
}

/**
 * For adapters: brings about what time alone does, such as the end of a lease. Every process with an open transport takes
 * part, so that it needs none in particular; two sweeps at once do no harm, as the log takes what they write once.
 *
 *   stopped --start--> waiting --a third of a lease is over, or something is due--> sweeping --done or failed--> waiting
 *   waiting, sweeping --stop--> stopped, for good
 */
export class SweepTimer {
  readonly #plan: SweepPlan
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(plan: SweepPlan) {
    this.#plan = plan
  }

  start(): void {
    this.#wait(undefined)
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  /** A third of a lease, give or take a tenth so that processes spread, or until the next thing is due. */
  #wait(dueInMs: number | undefined): void {
    if (this.#isStopped) return
    const turnMs = (this.#plan.leaseMs / SWEEPS_PER_LEASE) * (0.9 + 0.1 * Math.random())
    const delayMs = Math.max(LEAST_MS, Math.min(turnMs, dueInMs ?? turnMs))
    this.#timer = setTimeout(() => void this.#turn(), delayMs)
  }

  async #turn(): Promise<void> {
    try {
      this.#wait(await this.#plan.sweep())
    } catch (error) {
      // Out of reach: the next turn tries again, and other processes sweep as well.
      if (this.#plan.isFinal?.(error) !== true) this.#wait(undefined)
    }
  }
}
