import type { AppendOutcome, JobRecord, LeaseKeeper, ProposedEvent, Renewal } from '@hotline/core'
import { parseRecord } from '@hotline/core'
import type { JobStore } from './job-store.ts'
import type { PostgresCalls } from './postgres-calls.ts'

/** What the leases work with. */
export interface LeaseDesk {
  readonly calls: PostgresCalls
  readonly store: JobStore
  readonly leaseMs: number
}

/** The number of an attempt is its fencing token, and the server's clock tells how long its lease holds. */
export class PostgresLeaseKeeper implements LeaseKeeper {
  readonly transport = 'postgres'
  readonly #desk: LeaseDesk

  constructor(desk: LeaseDesk) {
    this.#desk = desk
  }

  async extend({ id, attempt }: JobRecord, seen: JobRecord): Promise<Renewal> {
    const { calls, leaseMs } = this.#desk
    const [row] = await calls.run('extend', 'extend a lease', id, attempt, leaseMs, seen.seq)
    if (row === undefined) return { lost: 'the attempt is not the open one any more' }
    if (typeof row.record !== 'string') return { record: seen }
    return { record: parseRecord(id, { record: row.record, start: String(row.start) }) }
  }

  settle({ id }: JobRecord, seen: JobRecord, outcome: readonly ProposedEvent[]): Promise<AppendOutcome> {
    return this.#desk.store.write(id, seen, outcome)
  }
}
