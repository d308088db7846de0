import type { JobRecord } from '../job/record.ts'
import type { LeaseKeeper } from './held-lease.ts'
import { HeldLease } from './held-lease.ts'

/** For adapters: the leases that a transport granted and that are neither over nor lost. */
export class LeaseSet {
  readonly #keeper: LeaseKeeper
  readonly #leases = new Set<HeldLease>()

  constructor(keeper: LeaseKeeper) {
    this.#keeper = keeper
  }

  hold(job: JobRecord, input: string): HeldLease {
    const lease = new HeldLease(this.#keeper, job, input, (ended) => this.#leases.delete(ended))
    this.#leases.add(lease)
    return lease
  }

  /** The transport was closed: all of them are lost to this process. */
  close(): void {
    for (const lease of this.#leases) lease.close()
    this.#leases.clear()
  }
}
