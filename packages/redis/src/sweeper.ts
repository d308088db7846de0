import type { JobId } from '@hotline/core'
import { overdue, SweepTimer } from '@hotline/core'
import type { JobStore } from './job-store.ts'
import type { RedisCalls } from './redis-calls.ts'
import { isForbidden } from './redis-calls.ts'

/** What the sweeper works with. */
export interface SweeperDesk {
  readonly calls: RedisCalls
  readonly store: JobStore
  readonly leaseMs: number
  readonly retentionMs: number
}

/** Ends leases and times to start that are over, and trims what is older than the retention. */
export class Sweeper {
  readonly #desk: SweeperDesk
  readonly #timer: SweepTimer

  constructor(desk: SweeperDesk) {
    this.#desk = desk
    // Where this process may not, the workers of the namespace may.
    this.#timer = new SweepTimer({ leaseMs: desk.leaseMs, sweep: () => this.#sweep(), isFinal: isForbidden })
  }

  start(): void {
    this.#timer.start()
  }

  stop(): void {
    this.#timer.stop()
  }

  /** In how many ms the next thing is due. */
  async #sweep(): Promise<number | undefined> {
    const { calls, retentionMs } = this.#desk
    const [soonest, lapsed, expired] = await calls.run('sweep', 'sweep', retentionMs)
    const now = calls.clock.now
    // One that cannot be written now must not keep the others waiting; the next sweep meets it again.
    await Promise.allSettled([...idsIn(lapsed), ...idsIn(expired)].map((id) => this.#end(id)))
    return soonest === '' ? undefined : Number(soonest) - now
  }

  /** Writes what follows from a lapsed lease, or a time to start that is over. */
  async #end(id: JobId): Promise<void> {
    const { calls, store } = this.#desk
    const [seen] = await store.sightings([id])
    if (seen === undefined) {
      await calls.run('set-aside', 'set a ticket without a job aside', id, 'a ticket without a job')
      return
    }
    const events = overdue(seen.record, calls.clock.now, seen.leaseUntil)
    if (events.length > 0) await store.write(id, seen.record, events)
    else await calls.run('untick', 'drop a ticket that lapsed', id)
  }
}

function idsIn(answer: unknown): readonly JobId[] {
  return Array.isArray(answer) ? answer.map(String) : []
}
