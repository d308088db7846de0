import type { JobRecord, Lease, NextJob, ProposedEvent, Settled } from '@hotline/core'
import { ClosedError, LeaseLostError, parseRecord } from '@hotline/core'
import type { JobStore } from './job-store.ts'
import type { RedisCalls } from './redis-calls.ts'

/** What a lease works with. */
export interface LeaseDesk {
  readonly calls: RedisCalls
  readonly store: JobStore
  readonly leaseMs: number
  readonly onEnd: (lease: RedisLease) => void
  /** What a script needs to grant a job. */
  readonly asking: (next: NextJob) => readonly (string | number)[]
  /** The lease that a script's answer grants, if it does. */
  readonly granted: (answer: readonly unknown[]) => Promise<Lease | undefined>
}

/** The lease of one attempt. Once lost it stays lost, though the holder may still come to be told so. */
export class RedisLease implements Lease {
  readonly job: JobRecord
  readonly input: string
  readonly #desk: LeaseDesk
  /** As of the latest answer. */
  #record: JobRecord
  /** Made when somebody asks: most attempts end without. */
  #lost: AbortController | undefined
  #lostBecause: LeaseLostError | undefined
  #isClosed = false

  constructor(desk: LeaseDesk, job: JobRecord, input: string) {
    this.#desk = desk
    this.job = job
    this.#record = job
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
    const { calls, leaseMs } = this.#desk
    const { id, attempt } = this.job
    const [word, ...rest] = await calls.run(
      'extend',
      'extend a lease',
      id,
      attempt,
      leaseMs,
      this.#record.seq,
    )
    if (word === 'lost') throw this.lose(String(rest[0]))
    if (word === 'changed')
      this.#record = parseRecord(id, { record: String(rest[0]), start: String(rest[1] ?? '') })
    return this.#record
  }

  async settle(outcome: readonly ProposedEvent[], next?: NextJob): Promise<Settled> {
    this.#check('settle a job')
    const { store, asking, granted, onEnd } = this.#desk
    const after = next === undefined ? [] : asking(next)
    const { outcome: settled, answer } = await store.write(this.job.id, this.#record, outcome, after)
    if (settled.record !== undefined) this.#record = settled.record
    if (settled.accepted) onEnd(this)
    else if (settled.why !== 'cancelling') this.lose(`its outcome was refused: ${settled.why}`)
    return { ...settled, next: await granted(answer) }
  }

  /** The transport was closed: the holder may do nothing more with it, and the lease lapses. */
  close(): void {
    this.#isClosed = true
    this.lose('its transport was closed')
  }

  /** Tells the holder, once. */
  lose(problem: string): LeaseLostError {
    if (this.#lostBecause !== undefined) return this.#lostBecause
    const { id, attempt } = this.job
    this.#lostBecause = new LeaseLostError({ jobId: id, attempt, problem })
    this.#lost?.abort(this.#lostBecause)
    this.#desk.onEnd(this)
    return this.#lostBecause
  }

  #check(call: string): void {
    if (this.#isClosed) throw new ClosedError({ what: 'redis transport', call })
  }
}
