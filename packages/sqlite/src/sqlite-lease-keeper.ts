import type { JobRecord, Lease, LeaseKeeper, NextJob, ProposedEvent, Renewal, Settled } from '@hotline/core'
import type { FileWriter } from './file-writer.ts'
import type { Grant, JobStore } from './job-store.ts'

/** What the leases work with. */
export interface LeaseDesk {
  readonly store: JobStore
  readonly writer: FileWriter
  readonly granted: (grant: Grant) => Lease
}

/** The number of an attempt is its fencing token, and the clock of the machine tells how long its lease holds. */
export class SqliteLeaseKeeper implements LeaseKeeper {
  readonly transport = 'sqlite'
  readonly #desk: LeaseDesk

  constructor(desk: LeaseDesk) {
    this.#desk = desk
  }

  async extend({ id, attempt }: JobRecord): Promise<Renewal> {
    const { store, writer } = this.#desk
    const record = await writer.write('extend a lease', (now) => store.extend(id, attempt, now))
    return record === undefined ? { lost: 'the attempt is not the open one any more' } : { record }
  }

  /** Grants the `next` job in the same transaction, so that both share one wait for the disk. */
  async settle(
    { id }: JobRecord,
    _seen: JobRecord,
    outcome: readonly ProposedEvent[],
    next?: NextJob,
  ): Promise<Settled> {
    const { store, writer, granted } = this.#desk
    const { settled, grant } = await writer.write('settle a job', (now) => {
      const settled = store.append(id, outcome, now)
      return { settled, grant: settled.accepted && next !== undefined ? store.grant(next, now) : undefined }
    })
    return grant === undefined ? settled : { ...settled, next: granted(grant) }
  }
}
