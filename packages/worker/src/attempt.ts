import type { JobRecord, Lease, Logger, NextJob, RecycleReason, Transport } from '@hotline/core'
import { systemClock } from '@hotline/core'
import { AttemptReports } from './attempt-reports.ts'
import type { Hold, LeaseKeeper, LeaseWatcher } from './lease-keeper.ts'
import type { MemoryGuard, MemoryWatch } from './memory-guard.ts'
import { sleep } from './outage.ts'
import type { AttemptFacts, StopFacts } from './outcome.ts'
import { outcomeOf, outcomeOfCancelled } from './outcome.ts'
import type { Ending, Runner, StopReason } from './runner.ts'
import type { RunnerReport } from './runner-pool.ts'
import { settle } from './settlement.ts'
import type { LadderTimes } from './stop-ladder.ts'
import { StopLadder } from './stop-ladder.ts'

/** What the attempts of one worker share. */
export interface AttemptDesk {
  readonly transport: Transport
  readonly keeper: LeaseKeeper
  readonly guard: MemoryGuard
  readonly ladder: LadderTimes
  readonly logger: Logger
  /** Aborts when the worker begins to stop. */
  readonly draining: AbortSignal
  /** Aborts when a worker that stops can wait no longer. */
  readonly giveUp: AbortSignal
}

/** What the slot needs to know afterwards. */
export interface AttemptEnd {
  readonly isReleased: boolean
  /** The next job, granted in the step that ended this one. */
  readonly next?: Lease | undefined
  /** Resident memory of its process when it was last measured. */
  readonly lastRss?: number | undefined
  /** Why its process is not to be used again, if so. */
  readonly recycle: RecycleReason | undefined
}

/** What a slot would take when its runner is as reported; `undefined` = nothing now. */
type Asking = (report: RunnerReport) => NextJob | undefined

/** A service manager signals a whole group at once; the supervisor may hear of it after its children died of it. */
const GROUP_SIGNAL_MS = 1000

/**
 * One attempt at a job in this worker, from the lease to the settlement:
 *
 *   granted --> running --answer or exit--> ended --reports flushed--> settling --accepted or refused--> over
 *                  '--stop (cancel, timeout, drain, lease lost): the ladder--^
 *
 * The first stop counts; losing the lease goes over all, and straight to SIGKILL. Nothing but an answer or an exit
 * leaves `running`.
 */
export class Attempt implements LeaseWatcher {
  readonly #lease: Lease
  readonly #runner: Runner
  readonly #desk: AttemptDesk
  readonly #reports: AttemptReports
  readonly #asking: Asking
  readonly #startedAt = performance.now()
  #record: JobRecord
  #hold: Hold | undefined
  #ladder: StopLadder | undefined
  #watch: MemoryWatch | undefined
  #stop: { reason: StopReason; readonly at: number } | undefined
  #phase: 'granted' | 'running' | 'ended' = 'granted'

  /** `asking` tells what the slot would take next in the state that the attempt leaves it in. */
  constructor(lease: Lease, runner: Runner, desk: AttemptDesk, asking: Asking) {
    this.#asking = asking
    this.#lease = lease
    this.#runner = runner
    this.#desk = desk
    this.#record = lease.job
    this.#reports = new AttemptReports(desk.transport.log, lease.job)
  }

  /** The record as it was last seen. */
  get record(): JobRecord {
    return this.#record
  }

  async run(): Promise<AttemptEnd> {
    const { keeper } = this.#desk
    this.#hold = keeper.hold(this.#lease, this)
    try {
      // After a freeze the grant may be old, and the job somebody else's.
      if (keeper.wasFrozen && !(await keeper.extend(this.#hold)))
        return { isReleased: false, recycle: undefined }
      const ending = await this.#perform()
      return await this.#conclude(ending)
    } finally {
      keeper.release(this.#hold)
    }
  }

  /** Asks the handler to stop, and sees to it that it does. */
  stop(reason: StopReason): void {
    if (this.#phase === 'ended' || this.#stop !== undefined) return
    this.#stop = { reason, at: performance.now() }
    if (this.#phase === 'running') this.#climb().start(reason)
  }

  /** Looks now, and not only at the next extension, whether somebody wants the job stopped. */
  async look(): Promise<void> {
    if (this.#hold !== undefined && this.#phase !== 'ended') await this.#desk.keeper.extend(this.#hold)
  }

  onRecord(record: JobRecord): void {
    if (record.attempt !== this.#lease.job.attempt) return
    this.#record = record
    if (record.cancel !== undefined) this.stop('cancel')
  }

  onLost(problem: string): void {
    if (this.#phase === 'ended') return
    const { id, attempt } = this.#lease.job
    this.#desk.logger.warn({ jobId: id, attempt, problem }, 'lost a lease; stopping its handler')
    this.stop('lease')
    if (this.#stop !== undefined) this.#stop.reason = 'lease'
    if (this.#phase === 'running') this.#climb().kill()
  }

  async #perform(): Promise<Ending> {
    const { limits } = this.#record
    const { timeoutMs } = limits
    const timer =
      timeoutMs === undefined ? undefined : systemClock.setTimer(timeoutMs, () => this.stop('timeout'))
    if (this.#runner.isProcess) {
      this.#lease.lost.addEventListener('abort', this.#onLostSignal)
      this.#watch = this.#desk.guard.watch(this.#runner.pid, limits.memoryBytes, () => this.#climb().kill())
    }
    this.#phase = 'running'
    const running = this.#runner.run(this.#assignment(), this.#reports)
    // Asked for before there was anything to stop.
    if (this.#stop !== undefined) this.#climb().start(this.#stop.reason)
    const ending = await running
    timer?.cancel()
    this.#ladder?.leave()
    // A process that was sent a signal has to be gone before anything is said about its job.
    if (this.#ladder?.hasSignalled) await this.#bury()
    this.#phase = 'ended'
    this.#watch?.end()
    if (this.#runner.isProcess) this.#lease.lost.removeEventListener('abort', this.#onLostSignal)
    return ending
  }

  async #conclude(ending: Ending): Promise<AttemptEnd> {
    const facts = await this.#facts(ending)
    const outcome = outcomeOf(this.#record, facts)
    const recycle = this.#recycleReason(facts)
    const { lastRss } = facts.usage
    if (outcome.length === 0) return { isReleased: false, recycle, lastRss }
    const flushed = this.#reports.flush()
    if (flushed !== undefined) await flushed
    const settled = await settle(
      this.#lease,
      outcome,
      (record) => outcomeOfCancelled(record, facts),
      this.#desk,
      this.#asking({ recycle, lastRss }),
    )
    const isReleased = settled?.accepted === true && settled.record.attempts.at(-1)?.ended === 'released'
    return { isReleased, recycle, lastRss, next: settled?.next }
  }

  async #facts(ending: Ending): Promise<AttemptFacts> {
    const runMs = Math.round(performance.now() - this.#startedAt)
    const measured = ending.kind === 'returned' || ending.kind === 'failed' ? ending.cpuMs : undefined
    const cpuMs = measured ?? this.#watch?.cpuMs
    const { lastRss, peakRss, limit, isOver = false } = this.#watch ?? {}
    const usage = { runMs, cpuMs, lastRss, peakRss, memoryBytes: limit, isOverMemory: isOver }
    const { maxPayloadBytes } = this.#desk.transport.limits
    return {
      ending,
      stop: this.#stopFacts(),
      usage,
      maxBytes: maxPayloadBytes,
      isDrained: await this.#isDrained(ending),
    }
  }

  #stopFacts(): StopFacts | undefined {
    if (this.#stop === undefined) return undefined
    const { reason, at } = this.#stop
    return { reason, tookMs: Math.round(performance.now() - at), rung: this.#ladder?.rung ?? 'ground' }
  }

  /** Died of a signal that nobody here sent: if the worker is told to stop too, that signal was for all. */
  async #isDrained(ending: Ending): Promise<boolean> {
    if (ending.kind !== 'exited' || this.#stop !== undefined) return false
    if (ending.signal !== 'SIGTERM' && ending.signal !== 'SIGINT') return false
    return !(await sleep(GROUP_SIGNAL_MS, this.#desk.draining))
  }

  #recycleReason({ ending, stop, usage }: AttemptFacts): RecycleReason | undefined {
    const isUsed = ending.kind === 'exited' || this.#ladder?.hasSignalled === true
    if (!isUsed) return ending.kind === 'failed' && ending.spoiled ? 'crash' : undefined
    if (usage.isOverMemory) return 'memory'
    if (stop === undefined || stop.reason === 'drain') return 'crash'
    return stop.reason
  }

  async #bury(): Promise<void> {
    this.#runner.kill('SIGKILL')
    await this.#runner.ended()
  }

  #climb(): StopLadder {
    this.#ladder ??= new StopLadder(this.#runner, this.#desk.ladder)
    return this.#ladder
  }

  readonly #onLostSignal = (): void => this.onLost('the backend says so')

  #assignment() {
    const { id: jobId, task, queue, tags, attempt, traceparent } = this.#lease.job
    const maxBytes = this.#desk.transport.limits.maxPayloadBytes
    return { jobId, task, queue, tags, attempt, traceparent, input: this.#lease.input, maxBytes }
  }
}
