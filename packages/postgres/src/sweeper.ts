import type { JobId } from '@hotline/core'
import { overdue, SweepTimer } from '@hotline/core'
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

/** The log is trimmed this often at least, in ms, and this often within a retention. */
const TRIM_MS = 60_000
const TRIMS_PER_RETENTION = 8

/** Ends leases and times to start that are over, finds silent workers and lost tickets, and trims by age. */
export class Sweeper {
  readonly #desk: SweeperDesk
  readonly #timer: SweepTimer
  #trimmedAt = Number.NEGATIVE_INFINITY

  constructor(desk: SweeperDesk) {
    this.#desk = desk
    this.#timer = new SweepTimer({ leaseMs: desk.leaseMs, sweep: () => this.#sweep() })
  }

  start(): void {
    this.#timer.start()
  }

  stop(): void {
    this.#timer.stop()
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
