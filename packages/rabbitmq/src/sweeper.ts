import { isFinal, overdue, SILENT_AFTER_BEATS } from '@hotline/core'
import type { BrokerClock } from './broker-clock.ts'
import type { Fold } from './fold.ts'
import type { FoldedJob } from './folded-job.ts'
import { Heap } from './heap.ts'
import type { JobStore } from './job-store.ts'
import type { LogWriter } from './log-writer.ts'
import type { PulseLine } from './pulse-line.ts'

/** What the sweeper works with. */
export interface SweeperDesk {
  readonly store: JobStore
  readonly writer: LogWriter
  readonly pulses: PulseLine
  readonly clock: BrokerClock
  readonly fold: () => Fold
  readonly leaseMs: number
  readonly retentionMs: number
}

/** Sweeps per lease, and the least time between two, in ms. */
const SWEEPS_PER_LEASE = 6
const LEAST_MS = 20
/** A pulse that takes longer than this part of a lease tells of a time in which nobody could be heard. */
const SLOW_SHARE = 3
/** Unfinished jobs are written again at this part of the retention, long before the broker drops their first entry. */
const KEEP_SHARE = 0.75

interface Deadline {
  readonly id: string
  readonly at: number
}

/**
 * Brings about what time alone does. Every session takes part; two at once do no harm, since the log takes what follows
 * once. Leases and beats are timed by the monotonic clock of this process, from when it heard of them. Before it
 * calls anybody silent it sends a pulse of its own: what was written meanwhile is then folded, and where that took long
 * (an outage, an alarm, a process that stood still), nobody was heard by anybody, and all get their time again.
 */
export class Sweeper {
  readonly #desk: SweeperDesk
  readonly #expiries = new Heap<Deadline>((one, other) => one.at < other.at)
  #timer: NodeJS.Timeout | undefined
  #isStopped = false
  #isReady = false

  constructor(desk: SweeperDesk) {
    this.#desk = desk
  }

  start(): void {
    this.#isReady = true
    this.#plan()
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  /** The fold has this record now. */
  changed({ record }: FoldedJob): void {
    const { id, seq, expiresAt } = record
    if (seq !== 1 || expiresAt === undefined) return
    this.#expiries.push({ id, at: expiresAt })
    if (this.#isReady && this.#expiries.top?.id === id) this.#plan()
  }

  #plan(): void {
    clearTimeout(this.#timer)
    if (this.#isStopped) return
    const turnMs = (this.#desk.leaseMs / SWEEPS_PER_LEASE) * (0.9 + 0.1 * Math.random())
    const dueInMs = (this.#expiries.top?.at ?? Number.POSITIVE_INFINITY) - this.#desk.clock.now
    this.#timer = setTimeout(
      () => void this.#turn(),
      Math.max(LEAST_MS, Math.min(turnMs, dueInMs, this.#silentInMs())),
    )
  }

  async #turn(): Promise<void> {
    try {
      await this.#sweep()
    } catch {
      // Out of reach: the next turn tries again, and other processes sweep as well.
    }
    this.#plan()
  }

  async #sweep(): Promise<void> {
    const { fold, clock, retentionMs } = this.#desk
    await this.#expire()
    if (this.#suspects().length > 0 || this.#silent().length > 0) await this.#judge()
    fold().forget(clock.now - Math.min(60_000, retentionMs))
    await this.#keep()
  }

  async #judge(): Promise<void> {
    const { pulses, fold, leaseMs, store, clock, writer } = this.#desk
    const askedAt = performance.now()
    await pulses.beat('sweep')
    if (writer.isBlocked || performance.now() - askedAt > leaseMs / SLOW_SHARE) {
      fold().pardon()
      return
    }
    const lapses = this.#suspects().map((job) => {
      const leaseUntil = clock.now - Math.round(performance.now() - job.heardAt) + leaseMs
      return store.sweep(job, overdue(job.record, clock.now, leaseUntil))
    })
    const what = { what: 'sweep', patience: 'answer' } as const
    const losses = this.#silent().map(([worker, { mark }]) =>
      writer.write({ kind: 'silence', worker, mark }, what),
    )
    await Promise.allSettled([...lapses, ...losses])
  }

  /** Jobs whose lease was not extended in time. */
  #suspects(): readonly FoldedJob[] {
    const since = performance.now() - this.#desk.leaseMs
    return [...this.#desk.fold().running.values()].filter(({ heardAt }) => heardAt < since)
  }

  #silent() {
    const now = performance.now()
    return [...this.#desk.fold().roll].filter(
      ([, { presence, heardAt }]) => heardAt + SILENT_AFTER_BEATS * presence.everyMs < now,
    )
  }

  #silentInMs(): number {
    const now = performance.now()
    const times = [...this.#desk.fold().roll.values()].map(
      ({ presence, heardAt }) => heardAt + SILENT_AFTER_BEATS * presence.everyMs + 1 - now,
    )
    return Math.min(Number.POSITIVE_INFINITY, ...times)
  }

  async #expire(): Promise<void> {
    const { clock, store } = this.#desk
    const writes: Promise<void>[] = []
    for (
      let first = this.#expiries.top;
      first !== undefined && first.at <= clock.now;
      first = this.#expiries.top
    ) {
      this.#expiries.pop()
      const job = store.find(first.id)
      const events = job === undefined ? [] : overdue(job.record, clock.now, undefined)
      if (job === undefined || job.record.state === 'running' || events.length === 0) continue
      // One that cannot be written now is met again at the next turn.
      writes.push(store.sweep(job, events).catch(() => this.#expiries.push(first)))
    }
    await Promise.all(writes)
  }

  /** Writes again what is about to age out. */
  async #keep(): Promise<void> {
    const { fold, clock, retentionMs, store, writer } = this.#desk
    const before = clock.now - KEEP_SHARE * retentionMs
    for (const job of fold().jobs.values()) {
      // In the order of the log: who comes later is younger.
      if (job.keptAt > before) return
      if (isFinal(job.record.state)) continue
      const input = await store.input(job)
      const offer = { kind: 'keep', record: JSON.stringify(job.record), input, asOf: fold().offset } as const
      await writer.write(offer, { what: 'keep a job', patience: 'answer' })
    }
  }
}
