import type { JobId } from '@hotline/core'
import { overdue } from '@hotline/core'
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

/** Sweeps per lease, and the least time between two, in ms. */
const SWEEPS_PER_LEASE = 3
const LEAST_MS = 20

/**
 * Brings about what time alone does: every process with an open transport takes part, so that it needs none in
 * particular. Each sweep is cheap, and two at once do no harm: what they write, the log takes once.
 */
export class Sweeper {
  readonly #desk: SweeperDesk
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

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
    } catch (error) {
      // Out of reach: the next turn tries again. Not allowed to: the workers of the namespace are.
      if (!isForbidden(error)) this.#plan(undefined)
    }
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
