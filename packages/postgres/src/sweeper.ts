import type { JobId } from '@hotline/core'
import { overdue } from '@hotline/core'
import { idsIn } from './enqueuer.ts'
import type { HintLine } from './hint-line.ts'
import type { JobStore } from './job-store.ts'
import type { PostgresCalls } from './postgres-calls.ts'

/** What the sweeper works with. */
export interface SweeperDesk {
  readonly calls: PostgresCalls
  readonly store: JobStore
  readonly hints: HintLine
  readonly leaseMs: number
  readonly retentionMs: number
}

/** Sweeps per lease, and the least time between two, in ms. */
const SWEEPS_PER_LEASE = 3
const LEAST_MS = 20
/** The log is trimmed this often at least, in ms, and this often within a retention. */
const TRIM_MS = 60_000
const TRIMS_PER_RETENTION = 8

/**
 * Brings about what time alone does: every process with an open transport takes part, so that it needs none in
 * particular. Each sweep is cheap, and two at once do no harm: what they write, the log takes once.
 */
export class Sweeper {
  readonly #desk: SweeperDesk
  #timer: NodeJS.Timeout | undefined
  #isStopped = false
  #trimmedAt = Number.NEGATIVE_INFINITY

  constructor(desk: SweeperDesk) {
    this.#desk = desk
  }

  start(): void {
    this.#plan(undefined)
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  /** At a third of a lease, give or take a tenth so that processes spread, or when the next thing is due. */
  #plan(dueInMs: number | undefined): void {
    if (this.#isStopped) return
    const turnMs = (this.#desk.leaseMs / SWEEPS_PER_LEASE) * (0.9 + 0.1 * Math.random())
    const delayMs = Math.max(LEAST_MS, Math.min(turnMs, dueInMs ?? turnMs))
    this.#timer = setTimeout(() => void this.#turn(), delayMs)
  }

  async #turn(): Promise<void> {
    try {
      this.#plan(await this.#sweep())
    } catch {
      // Out of reach, or not allowed to: the next turn tries again, and other processes sweep as well.
      this.#plan(undefined)
    }
  }

  /** In how many ms the next thing is due. */
  async #sweep(): Promise<number | undefined> {
    const { calls, hints, leaseMs } = this.#desk
    const [due] = await calls.run('due', 'sweep')
    // One that cannot be written now must not keep the others waiting; the next sweep meets it again.
    await Promise.allSettled(idsIn(due?.overdue).map((id) => this.#end(id)))
    if (due?.forgets === true) await calls.run('forget', 'sweep')
    if (due?.loses === true) {
      await calls.run('silence', 'sweep')
      hints.hint('log')
    }
    await calls.run('revive-tickets', 'sweep', leaseMs)
    await this.#trim()
    return due?.soonest === null || due?.soonest === undefined
      ? undefined
      : Number(due.soonest) - calls.clock.now
  }

  async #trim(): Promise<void> {
    const { calls, retentionMs } = this.#desk
    const everyMs = Math.min(TRIM_MS, retentionMs / TRIMS_PER_RETENTION)
    if (performance.now() - this.#trimmedAt < everyMs) return
    this.#trimmedAt = performance.now()
    await calls.run('trim', 'sweep', retentionMs)
  }

  /** Writes what follows from a lapsed lease, or a time to start that is over. */
  async #end(id: JobId): Promise<void> {
    const { calls, store } = this.#desk
    const seen = (await store.sightings([id])).get(id)
    if (seen === undefined) return
    const events = overdue(seen.record, calls.clock.now, seen.leaseUntil)
    if (events.length > 0) await store.write(id, seen.record, events)
  }
}
