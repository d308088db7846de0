import type { Holder, Lease, NextJob } from '@hotline/core'
import { afterRelease } from '@hotline/core'
import type { AttemptDesk, AttemptEnd } from './attempt.ts'
import { Attempt } from './attempt.ts'
import { Outage, sleep } from './outage.ts'
import type { Runner } from './runner.ts'
import type { RunnerPool, RunnerReport } from './runner-pool.ts'
import { settle } from './settlement.ts'

/** What the slots of one worker share. */
export interface SlotDesk extends AttemptDesk {
  readonly worker: string
  readonly queues: readonly string[]
  readonly pool: RunnerPool
  /** An attempt has begun. */
  onAttempt(attempt: Attempt): void
  /** An attempt is over, and its slot free. */
  onFree(): void
}

/** After an error that should not be, so that a loop of them does no harm. */
const BREATHER_MS = 1000

/**
 * One place in which one job can run:
 *
 *   warming --runner ready--> asking --lease granted--> busy --settled--> warming
 *                               '--its runner died--> warming
 *   any but busy --draining--> closed
 *
 *   busy --settled, and the next lease granted in that step--> busy, in the same runner; in no other: released
 *
 * It asks for a job only when it can run it at once, and for one. It leaves `busy` only by the answer or the exit of
 * its runner, so that it can never run two.
 */
export class Slot {
  readonly index: number
  readonly #desk: SlotDesk
  #attempt: Attempt | undefined
  #runner: Runner | undefined
  #released = 0
  /** Granted in the step that ended the job before, for its runner. */
  #granted: { readonly lease: Lease; readonly runner: Runner } | undefined
  #asking: { readonly runner: Runner; readonly signal: AbortSignal } | undefined

  constructor(index: number, desk: SlotDesk) {
    this.index = index
    this.#desk = desk
  }

  /** What it runs. */
  get attempt(): Attempt | undefined {
    return this.#attempt
  }

  get pid(): number | undefined {
    return this.#runner?.pid
  }

  /** Attempts that were given back to their queue while the worker stopped. */
  get released(): number {
    return this.#released
  }

  /** Runs jobs until the worker drains. Never rejects. */
  async work(): Promise<void> {
    const { draining, logger } = this.#desk
    while (!draining.aborted || this.#granted !== undefined) {
      try {
        await this.#turn()
      } catch (error) {
        logger.error({ err: error, slot: this.index }, 'unexpected error in a slot; it goes on')
        await sleep(BREATHER_MS, draining)
      }
    }
  }

  async #turn(): Promise<void> {
    const { pool, draining } = this.#desk
    const granted = this.#granted
    this.#granted = undefined
    if (granted?.runner.gone?.aborted) return this.#release(granted.lease)
    this.#runner = await pool.take(this.index)
    if (granted !== undefined && granted.runner !== this.#runner) return this.#release(granted.lease)
    if (this.#runner === undefined || draining.aborted) return granted && this.#release(granted.lease)
    const runner = this.#runner
    const lease = granted?.lease ?? (await this.#reserve(runner))
    if (lease === undefined) {
      if (runner.gone?.aborted) pool.giveBack(this.index, runner, {})
    } else if (draining.aborted) {
      await this.#release(lease)
    } else {
      await this.#run(lease, runner)
    }
  }

  /** One job, as soon as there is one. `undefined` when the worker drains or the runner died. */
  async #reserve(runner: Runner): Promise<Lease | undefined> {
    const { transport, queues, draining, logger } = this.#desk
    const signal = this.#signalOf(runner)
    const holder = this.#holderWith(runner)
    let outage: Outage | undefined
    while (!signal.aborted) {
      try {
        const lease = await transport.queue.reserve(queues, { holder, signal })
        outage?.over()
        if (lease !== undefined || signal.aborted) return lease
        throw new Error('the transport gave no job, and was not told to give up')
      } catch (error) {
        outage ??= new Outage(logger, 'reserve a job')
        await outage.pause(error, draining)
      }
    }
    return undefined
  }

  async #run(lease: Lease, runner: Runner): Promise<void> {
    const attempt = new Attempt(lease, runner, this.#desk, (report) => this.#nextFor(runner, report))
    this.#attempt = attempt
    // An attempt that breaks leaves its runner in a state that nobody knows.
    let end: AttemptEnd = { isReleased: false, recycle: 'crash' }
    try {
      const ending = attempt.run()
      this.#desk.onAttempt(attempt)
      end = await ending
      if (end.isReleased) this.#released += 1
      if (end.next !== undefined) this.#granted = { lease: end.next, runner }
    } finally {
      this.#attempt = undefined
      this.#desk.onFree()
      this.#desk.pool.giveBack(this.index, runner, end)
    }
  }

  #nextFor(runner: Runner, report: RunnerReport): NextJob | undefined {
    const { pool, queues, draining } = this.#desk
    if (draining.aborted || !pool.keeps(runner, report)) return undefined
    return { queues, holder: this.#holderWith(runner) }
  }

  #holderWith({ pid }: Runner): Holder {
    return { worker: this.#desk.worker, slot: this.index, pid }
  }

  /** The job came when the worker had begun to stop. */
  async #release(lease: Lease): Promise<void> {
    const settled = await settle(lease, afterRelease(lease.job, 'drain'), () => [], this.#desk)
    if (settled?.accepted) this.#released += 1
  }

  /** Made once per runner, since most reservations end well. */
  #signalOf(runner: Runner): AbortSignal {
    const { draining } = this.#desk
    if (runner.gone === undefined) return draining
    if (this.#asking?.runner !== runner)
      this.#asking = { runner, signal: AbortSignal.any([draining, runner.gone]) }
    return this.#asking.signal
  }
}
