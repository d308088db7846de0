import type { JobRecord, Lease, LeaseKeeper, NextJob, ProposedEvent, Renewal, Settled } from '@hotline/core'
import { parseRecord } from '@hotline/core'
import type { JobStore } from './job-store.ts'
import type { RedisCalls } from './redis-calls.ts'

/** What the leases work with. */
export interface LeaseDesk {
  readonly calls: RedisCalls
  readonly store: JobStore
  readonly leaseMs: number
  /** What a script needs to grant a job. */
  readonly asking: (next: NextJob) => readonly (string | number)[]
  /** The lease that a script's answer grants, if it does. */
  readonly granted: (answer: readonly unknown[]) => Promise<Lease | undefined>
}

/** One script extends a lease, and one settles its job and grants the next. */
export class RedisLeaseKeeper implements LeaseKeeper {
  readonly transport = 'redis'
  readonly #desk: LeaseDesk

  constructor(desk: LeaseDesk) {
    this.#desk = desk
  }

  async extend({ id, attempt }: JobRecord, seen: JobRecord): Promise<Renewal> {
    const { calls, leaseMs } = this.#desk
    const answer = await calls.run('extend', 'extend a lease', id, attempt, leaseMs, seen.seq)
    const [word, text, start] = answer
    if (word === 'lost') return { lost: String(text) }
    if (word !== 'changed') return { record: seen }
    return { record: parseRecord(id, { record: String(text), start: String(start ?? '') }) }
  }

  async settle(
    { id }: JobRecord,
    seen: JobRecord,
    outcome: readonly ProposedEvent[],
    next?: NextJob,
  ): Promise<Settled> {
    const { store, asking, granted } = this.#desk
    const after = next === undefined ? [] : asking(next)
    const { outcome: settled, answer } = await store.write(id, seen, outcome, after)
    return { ...settled, next: await granted(answer) }
  }
}
