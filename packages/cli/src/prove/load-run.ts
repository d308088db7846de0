import type { Client, HotlineEvent, JobErrorCode, Proof } from '@hotline/core'
import { createClient, isFinal, ProofLedger, SlotTimeline } from '@hotline/core'
import { type LoadPlan, loadsOf } from './load-plan.ts'
import { loadTask } from './load-task.ts'
import type { ProvingGround } from './proving-ground.ts'

/** How far a run has come. */
export interface LoadProgress {
  readonly jobs: number
  readonly ended: number
  readonly running: number
  readonly workers: number
}

/** What a run found, all of it in the event log. */
export interface LoadFinding {
  readonly proof: Proof
  readonly timeline: SlotTimeline
  /** Why jobs did not succeed, and how many. */
  readonly failures: ReadonlyMap<JobErrorCode, number>
}

/** Behind this share of the jobs a worker is killed. */
const KILL_AFTER = 1 / 3

/**
 * A load, run to its end and read from the event log as anybody could:
 *
 *   workers come online -> jobs are enqueued -> all have ended -> workers are dismissed -> the last has said goodbye
 *
 * A log that is silent for longer than any job and any lease takes has lost jobs: then the run ends, and the proof says so.
 */
export class LoadRun {
  readonly #plan: LoadPlan
  readonly #patienceMs: number
  readonly #ground: ProvingGround
  readonly #client: Client
  readonly #ledger: ProofLedger
  readonly #timeline = new SlotTimeline()
  readonly #failures = new Map<JobErrorCode, number>()
  readonly #online = new Set<string>()
  #ended = 0
  #running = 0
  #isEnqueued = false
  #isKilled = false

  /** `patienceMs` = the longest silence of the log; by default longer than jobs, leases and starts of processes take. */
  constructor(plan: LoadPlan, ground: ProvingGround, patienceMs?: number) {
    const { leaseMs } = ground.transport.limits
    this.#patienceMs = patienceMs ?? 30_000 + 10 * plan.cpuMs + 4 * leaseMs
    this.#plan = plan
    this.#ground = ground
    this.#client = createClient({ transport: ground.transport })
    this.#ledger = new ProofLedger({ finished: true, leaseMs })
  }

  get progress(): LoadProgress {
    const { jobs } = this.#plan
    return { jobs, ended: this.#ended, running: this.#running, workers: this.#online.size }
  }

  /** Tells when the backend is out of reach, before anything is started. @throws TransportError */
  async connect(): Promise<void> {
    try {
      await this.#client.workers()
    } catch (error) {
      await this.#client.close()
      throw error
    }
  }

  /** Runs it; rejects with the reason of `signal` when that aborts. Leaves nothing running and nothing stored either way. */
  async run(signal: AbortSignal): Promise<LoadFinding> {
    const silence = new Silence(this.#patienceMs)
    try {
      const log = this.#client.events.stream({
        from: 'start',
        signal: AbortSignal.any([signal, silence.signal]),
      })
      const broken = Promise.withResolvers<never>()
      this.#ground.work(this.#plan).catch(broken.reject)
      await Promise.race([this.#follow(log, silence, broken.reject), broken.promise])
      signal.throwIfAborted()
      return { proof: this.#ledger.proof(), timeline: this.#timeline, failures: this.#failures }
    } finally {
      silence.end()
      await this.#ground.dismiss(0)
      await this.#ground.clear().catch(warnOfRemains)
      await this.#client.close()
    }
  }

  async #follow(
    log: AsyncIterable<HotlineEvent>,
    silence: Silence,
    fail: (error: unknown) => void,
  ): Promise<void> {
    for await (const event of log) {
      silence.break()
      this.#ledger.add(event)
      this.#timeline.add(event)
      if ('jobId' in event) this.#onJob(event, fail)
      else this.#onNotice(event, fail)
      if (this.#ended === this.#plan.jobs && this.#online.size === 0) return
    }
  }

  #onNotice(event: HotlineEvent, fail: (error: unknown) => void): void {
    if (event.type === 'worker.online') this.#online.add(event.worker)
    if (event.type === 'worker.offline' || event.type === 'worker.lost') this.#online.delete(event.worker)
    // Not before: two workers of one place in the plan would count twice.
    if (event.type === 'worker.lost' && this.#isKilled) this.#ground.reinforce(this.#plan)
    if (this.#isEnqueued || this.#online.size < this.#plan.workers) return
    this.#isEnqueued = true
    const items = loadsOf(this.#plan).map((input) => ({ input }))
    this.#client.enqueueMany(loadTask, items).catch(fail)
  }

  #onJob(event: HotlineEvent, fail: (error: unknown) => void): void {
    if (event.type === 'job.started') this.#running += 1
    if (event.type === 'job.lost' || event.type === 'job.released') this.#running -= 1
    if (event.type === 'job.failed') this.#failures.set(event.code, (this.#failures.get(event.code) ?? 0) + 1)
    if (!isFinal(event.type.replace('job.', ''))) return
    this.#running -= 1
    this.#ended += 1
    const { kill, jobs } = this.#plan
    if (kill && !this.#isKilled && this.#ended >= jobs * KILL_AFTER) {
      this.#isKilled = true
      this.#ground.kill().catch(fail)
    }
    if (this.#ended === jobs) void this.#ground.dismiss().catch(fail)
  }
}

/** Aborts its signal when nothing has broken it for some time. */
class Silence {
  readonly #stop = new AbortController()
  readonly #timer: NodeJS.Timeout

  constructor(mostMs: number) {
    this.#timer = setTimeout(() => this.#stop.abort(), mostMs)
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  break(): void {
    this.#timer.refresh()
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}

function warnOfRemains(error: unknown): void {
  process.emitWarning(`The proof could not delete what it had stored: ${String(error)}`)
}
