import type { JobRecord, Lease, NextJob, ProposedEvent, Settled } from '@hotline/core'
import { ClosedError, LeaseLostError } from '@hotline/core'
import type { FileWriter } from './file-writer.ts'
import type { Grant, JobStore } from './job-store.ts'

/** What a lease works with. */
export interface LeaseDesk {
  readonly store: JobStore
  readonly writer: FileWriter
  readonly onEnd: (lease: SqliteLease) => void
  readonly granted: (grant: Grant) => SqliteLease
}

/** The right to run one attempt: its number is the fencing token, and the clock of the machine tells how long. */
export class SqliteLease implements Lease {
  readonly job: JobRecord
  readonly input: string
  readonly #desk: LeaseDesk
  /** Made when somebody asks: most attempts end without. */
  #lost: AbortController | undefined
  #lostBecause: LeaseLostError | undefined
  #isClosed = false

  constructor(desk: LeaseDesk, { job, input }: Grant) {
    this.#desk = desk
    this.job = job
    this.input = input
  }

  get lost(): AbortSignal {
    this.#lost ??= new AbortController()
    if (this.#lostBecause !== undefined) this.#lost.abort(this.#lostBecause)
    return this.#lost.signal
  }

  async extend(): Promise<JobRecord> {
    this.#check('extend a lease')
    if (this.#lostBecause !== undefined) throw this.#lostBecause
    const { store, writer } = this.#desk
    const { id, attempt } = this.job
    const record = await writer.write('extend a lease', (now) => store.extend(id, attempt, now))
    if (record === undefined) throw this.#lose('the attempt is not the open one any more')
    return record
  }

  /** Grants the `next` job in the same transaction, so that both share one wait for the disk. */
  async settle(outcome: readonly ProposedEvent[], next?: NextJob): Promise<Settled> {
    this.#check('settle a job')
    const { store, writer, onEnd, granted } = this.#desk
    const { settled, grant } = await writer.write('settle a job', (now) => {
      const settled = store.append(this.job.id, outcome, now)
      return { settled, grant: settled.accepted && next !== undefined ? store.grant(next, now) : undefined }
    })
    if (settled.accepted) onEnd(this)
    else if (settled.why !== 'cancelling') this.#lose(`its outcome was refused: ${settled.why}`)
    return grant === undefined ? settled : { ...settled, next: granted(grant) }
  }

  /** The transport was closed: the holder may do nothing more with it, and the lease lapses. */
  close(): void {
    this.#isClosed = true
    this.#lose('its transport was closed')
  }

  /** Tells the holder, once. */
  #lose(problem: string): LeaseLostError {
    if (this.#lostBecause !== undefined) return this.#lostBecause
    const { id, attempt } = this.job
    this.#lostBecause = new LeaseLostError({ jobId: id, attempt, problem })
    this.#lost?.abort(this.#lostBecause)
    this.#desk.onEnd(this)
    return this.#lostBecause
  }

  #check(call: string): void {
    if (this.#isClosed) throw new ClosedError({ what: 'sqlite transport', call })
  }
}
