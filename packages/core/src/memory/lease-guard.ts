/** A lease that somebody holds. `leaseUntil` moves when it is extended. */
export interface Leased {
  leaseUntil?: number | undefined
}

/** What the guard asks of the backend. */
export interface GuardPost<L> {
  readonly now: () => number
  readonly at: (time: number, run: () => void) => void
  readonly lapsed: (leased: L) => void
}

/**
 * Looks when leases lapse, with one alarm for all of them: they are equally long, so a new one never lapses before
 * the alarm rings. An alarm that comes late is no proof: see `pardon`.
 */
export class LeaseGuard<L extends Leased> {
  readonly #post: GuardPost<L>
  readonly #held = new Set<L>()
  #isSet = false
  #pardonedUntil = 0

  constructor(post: GuardPost<L>) {
    this.#post = post
  }

  hold(leased: L): void {
    this.#held.add(leased)
    this.#set()
  }

  release(leased: L): void {
    this.#held.delete(leased)
  }

  /** No lease counts as lapsed before this time, since the process stood still, and its holders with it. */
  pardon(until: number): void {
    this.#pardonedUntil = until
  }

  #set(): void {
    if (this.#isSet || this.#held.size === 0) return
    this.#isSet = true
    this.#post.at(Math.max(this.#next(), this.#pardonedUntil), () => this.#ring())
  }

  #ring(): void {
    this.#isSet = false
    const now = this.#post.now()
    if (now >= this.#pardonedUntil) {
      const lapsed = [...this.#held].filter(({ leaseUntil }) => leaseUntil !== undefined && leaseUntil <= now)
      for (const leased of lapsed) this.#post.lapsed(leased)
    }
    this.#set()
  }

  #next(): number {
    let next = Number.POSITIVE_INFINITY
    for (const { leaseUntil } of this.#held) next = Math.min(next, leaseUntil ?? next)
    return next
  }
}
