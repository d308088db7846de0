import type { JobRecord, Lease, Logger } from '@hotline/core'
import { isCode } from './error-code.ts'

/** What the keeper tells of a lease that it holds. */
export interface LeaseWatcher {
  /** The record as of the latest extension, which may say that somebody wants the job stopped. */
  onRecord(record: JobRecord): void
  /** The lease is gone, or so nearly that the handler has to be stopped now. Told once. */
  onLost(problem: string): void
}

/** One lease in the keeper's hands. */
export interface Hold {
  readonly lease: Lease
  readonly watcher: LeaseWatcher
  /** When the backend is known to have granted it last, by the monotonic clock. */
  grantedAt: number
  dueAt: number
  /** After a freeze, the end of the time in which a last extension may answer. */
  reprievedUntil: number | undefined
  isExtending: boolean
  isLost: boolean
}

/** The lease is extended three times in its length; the clock is looked at ten times between. */
const EXTENSIONS_PER_LEASE = 3
const TICKS_PER_LEASE = 30
/** The last tenth of a lease is for killing the process, and a tenth is what a reprieve takes. */
const MARGIN = 0.1

/**
 * Extends every lease of a worker at a third of its length, by the monotonic clock, with one timer for all.
 *
 *   held --extend ok--> held            due again after a third
 *   held --backend out of reach--> held due again at the next tick
 *   held --LEASE_LOST, or 9/10 of the lease without an extension--> lost
 *   held --9/10 passed, and the tick comes late by a third--> reprieved: extend
 *   reprieved --extend ok--> held
 *   reprieved --LEASE_LOST, or no answer within 1/10--> lost
 *
 * The second way to `lost` is the self-fence: a supervisor that is cut off does not know whether its job runs elsewhere
 * by now, and rather ends it than risk two.
 *
 * A tick that comes late says that this process stood still. It was not cut off, so the backend can be asked, and a
 * backend that stood still with it, or that has not replaced the holder yet, grants the lease anew. Whoever was given
 * the job meanwhile ran it beside the frozen holder all the time; the reprieve adds one round trip to that, and never
 * more than a tenth of a lease. There is one for each extension that succeeded: a process that freezes again before it
 * has an answer is fenced.
 */
export class LeaseKeeper {
  readonly #leaseMs: number
  readonly #tickMs: number
  readonly #logger: Logger
  readonly #onCount: () => void
  readonly #holds = new Set<Hold>()
  #timer: NodeJS.Timeout | undefined
  #tickedAt = 0

  /** `onCount` is called whenever `held` has changed. */
  constructor(leaseMs: number, logger: Logger, onCount: () => void = () => {}) {
    this.#onCount = onCount
    this.#leaseMs = leaseMs
    this.#tickMs = Math.max(10, leaseMs / TICKS_PER_LEASE)
    this.#logger = logger
  }

  get held(): number {
    return this.#holds.size
  }

  start(): void {
    this.#tickedAt = performance.now()
    this.#timer = setInterval(() => this.#tick(), this.#tickMs)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#holds.clear()
  }

  /** Takes a lease that was granted just now. */
  hold(lease: Lease, watcher: LeaseWatcher): Hold {
    const now = performance.now()
    const dueAt = now + this.#leaseMs / EXTENSIONS_PER_LEASE
    const hold: Hold = {
      ...{ lease, watcher, grantedAt: now, dueAt },
      ...{ reprievedUntil: undefined, isExtending: false, isLost: false },
    }
    this.#holds.add(hold)
    this.#onCount()
    return hold
  }

  /** True when this process was frozen lately, so that "just now" may be long ago. Extend before relying on a lease. */
  get wasFrozen(): boolean {
    return this.#isLate(performance.now())
  }

  release(hold: Hold): void {
    if (this.#holds.delete(hold)) this.#onCount()
  }

  /** Extends now. False when the lease is lost or the backend did not answer well. */
  async extend(hold: Hold): Promise<boolean> {
    const sentAt = performance.now()
    hold.isExtending = true
    try {
      const record = await hold.lease.extend()
      // An answer may be older than one that was heard before.
      hold.grantedAt = Math.max(hold.grantedAt, sentAt)
      hold.dueAt = hold.grantedAt + this.#leaseMs / EXTENSIONS_PER_LEASE
      if (performance.now() < this.#deadlineOf(hold)) hold.reprievedUntil = undefined
      if (this.#holds.has(hold)) hold.watcher.onRecord(record)
      return true
    } catch (error) {
      if (isCode(error, 'LEASE_LOST')) this.#lose(hold, error.message)
      else
        this.#logger.warn({ err: error, jobId: hold.lease.job.id }, 'cannot extend the lease; trying again')
      return false
    } finally {
      hold.isExtending = false
    }
  }

  #tick(): void {
    const now = performance.now()
    const isLate = this.#isLate(now)
    this.#tickedAt = now
    for (const hold of this.#holds) {
      const isOver = now >= this.#deadlineOf(hold)
      if (isOver && isLate && hold.reprievedUntil === undefined) this.#reprieve(hold, now)
      else if (isOver && now >= (hold.reprievedUntil ?? 0)) this.#fence(hold, now)
      else if (now >= hold.dueAt && !hold.isExtending) void this.extend(hold)
    }
  }

  #deadlineOf({ grantedAt }: Hold): number {
    return grantedAt + this.#leaseMs * (1 - MARGIN)
  }

  #isLate(now: number): boolean {
    return now - this.#tickedAt > this.#leaseMs / EXTENSIONS_PER_LEASE
  }

  /** Asks anew, whatever is under way: an extension sent before the freeze may have gone down with its connection. */
  #reprieve(hold: Hold, now: number): void {
    hold.reprievedUntil = now + this.#leaseMs * MARGIN
    void this.extend(hold)
  }

  #fence(hold: Hold, now: number): void {
    const ms = Math.round(now - hold.grantedAt)
    this.#lose(hold, `it could not be extended for ${ms} ms of its ${this.#leaseMs} ms`)
  }

  #lose(hold: Hold, problem: string): void {
    if (hold.isLost) return
    hold.isLost = true
    if (!this.#holds.delete(hold)) return
    this.#onCount()
    hold.watcher.onLost(problem)
  }
}
