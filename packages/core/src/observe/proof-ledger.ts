import type { EventOf, HotlineEvent } from '../events/event.ts'
import type { JobEvent } from '../job/event.ts'
import type { JobId } from '../job/job-id.ts'
import type { FinalState } from '../job/record.ts'
import type { IdleHold } from './idle-hold.ts'
import { peakOf } from './idle-hold.ts'
import type { Run } from './list-schedule.ts'
import { listSchedule } from './list-schedule.ts'
import type { Proof, ProofOptions } from './proof.ts'
import { ViolationList } from './violation-list.ts'
import type { OpenAttempt } from './worker-load.ts'
import { WorkerLoad } from './worker-load.ts'

/** What the log has told of one job so far. */
interface Trail {
  seq: number
  readonly queuedAt: number
  dueAt: number
  end: FinalState | undefined
  open: OpenAttempt | undefined
  /** Events of it are missing, so that what follows accuses nobody. */
  isUnsure: boolean
}

const ENDS: { readonly [type: string]: FinalState } = {
  'job.succeeded': 'succeeded',
  'job.failed': 'failed',
  'job.cancelled': 'cancelled',
  'job.expired': 'expired',
}

/** Ends of an attempt that there cannot be without one. */
const NEEDS_ATTEMPT: ReadonlySet<string> = new Set([
  'job.succeeded',
  'job.retrying',
  'job.lost',
  'job.released',
])
const DEFAULT_HAND_OVER_MS = 1000
const DEFAULT_LEASE_MS = 30_000

/**
 * The proof of a log that comes event by event. Takes a few numbers per job and per attempt, and no payloads.
 *
 * It keeps what is under way: `job.started` opens an attempt in a slot of a worker; `job.succeeded`, `.retrying`,
 * `.failed`, `.cancelled`, `.lost` and `.released` close it. After a `stream.gap`, or a hole in a job's `seq`, it
 * forgets what it thought to be under way rather than accuse anybody of what it did not see.
 */
export class ProofLedger {
  readonly #finished: boolean
  readonly #handOverMs: number
  readonly #leaseMs: number
  readonly #jobs = new Map<JobId, Trail>()
  readonly #workers = new Map<string, WorkerLoad>()
  readonly #runs: (Run & { readonly startedAt: number })[] = []
  readonly #idle: IdleHold[] = []
  readonly #violations = new ViolationList()
  readonly #duplicated = new Set<JobId>()
  #attempts = 0
  #lostAttempts = 0
  #running = 0
  #peakRunning = 0
  #limit = 0
  #firstStart: number | undefined
  #lastEnd = 0
  #now = 0

  constructor(options: ProofOptions = {}) {
    this.#finished = options.finished ?? false
    this.#handOverMs = options.handOverMs ?? DEFAULT_HAND_OVER_MS
    this.#leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS
  }

  /** Takes the next event of the log. */
  add(event: HotlineEvent): void {
    this.#now = Math.max(this.#now, event.at)
    if ('jobId' in event) this.#onJob(event)
    else if (event.type === 'stream.gap') this.#onGap(event)
    else if (event.type === 'worker.online') this.#onOnline(event)
    else if (event.type === 'worker.offline') this.#load(event.worker).goneAt = event.at
    else if (event.type === 'worker.lost') this.#load(event.worker).goneAt = event.lastSeen
  }

  /** What is proved so far. */
  proof(): Proof {
    const violations = this.#violations.copy()
    const lost = this.#findLost(violations)
    const broken = Object.keys(violations.counts).some((kind) => kind !== 'gap' && kind !== 'unknown-limit')
    const isWhole = violations.count('gap') + violations.count('unknown-limit') === 0
    const verdict = broken ? 'refuted' : isWhole ? 'proved' : 'unprovable'
    return {
      verdict,
      ok: verdict === 'proved',
      ...this.#countJobs(),
      attempts: this.#attempts,
      lostAttempts: this.#lostAttempts,
      lost,
      duplicates: this.#duplicated.size,
      peakRunning: this.#peakRunning,
      limit: this.#limit,
      peakHeldIdle: Math.max(0, ...[...this.#workers.keys()].map((worker) => this.#peakHeldIdle(worker))),
      gaps: violations.count('gap'),
      ...this.#schedule(),
      workers: [...this.#workers.values()].map((load) => ({
        worker: load.worker,
        limit: load.limit,
        peakRunning: load.peakRunning,
        peakHeldIdle: this.#peakHeldIdle(load.worker),
      })),
      violationCounts: violations.counts,
      violations: violations.kept,
    }
  }

  #onJob(event: JobEvent): void {
    const trail = this.#follow(event)
    if (event.type === 'attempt.fenced') return
    if (trail.end !== undefined) this.#onAfterEnd(event, trail.end)
    else if (event.type === 'job.queued') trail.dueAt = event.runAt
    else if (event.type === 'job.started') this.#onStarted(event, trail)
    else this.#onProgressOrEnd(event, trail)
  }

  /** The job's trail, after checking that no event of it is missing between the last one and this. */
  #follow(event: JobEvent): Trail {
    const { jobId, seq, at } = event
    const known = this.#jobs.get(jobId)
    const trail = known ?? {
      seq: 0,
      queuedAt: at,
      dueAt: at,
      end: undefined,
      open: undefined,
      isUnsure: false,
    }
    if (known === undefined) this.#jobs.set(jobId, trail)
    if (seq !== trail.seq + 1) {
      const text = `Event ${seq} of job ${jobId} follows ${trail.seq === 0 ? 'nothing' : `event ${trail.seq}`}.`
      this.#violations.add('gap', text, { jobs: [jobId], from: at, to: at })
      this.#forget(trail)
    }
    trail.seq = Math.max(trail.seq, seq)
    return trail
  }

  #onAfterEnd(event: JobEvent, end: FinalState): void {
    const { jobId, type, at } = event
    const kind = type in ENDS || type === 'job.started' ? 'duplicate' : 'disorder'
    const text = `Job ${jobId} had ended as ${end} when ${type} came.`
    if (kind === 'duplicate') this.#duplicated.add(jobId)
    this.#violations.add(kind, text, { jobs: [jobId], from: at, to: at })
  }

  #onStarted(event: JobEvent<'job.started'>, trail: Trail): void {
    const { jobId, attempt, worker, slot, at } = event
    const opened = { jobId, attempt, worker, slot, startedAt: at, dueAt: Math.min(trail.dueAt, at) }
    this.#firstStart ??= at
    this.#attempts += 1
    this.#running += 1
    this.#peakRunning = Math.max(this.#peakRunning, this.#running)
    this.#take(opened)
    if (trail.open !== undefined) this.#onSecondAttempt(trail.open, opened)
    trail.open = opened
  }

  /** Checks the bound of the worker that took it. */
  #take(opened: OpenAttempt): void {
    const { jobId, worker, slot, startedAt } = opened
    const load = this.#load(worker)
    const others = load.start(opened)
    const jobs = [...load.open].map((open) => open.jobId)
    for (const other of others) {
      const text = `Slot ${slot} of ${worker} took job ${jobId} while job ${other.jobId} was in it.`
      const both = { jobs: [other.jobId, jobId], from: other.startedAt, to: startedAt }
      this.#violations.add('overlap', text, both)
    }
    if (load.limit === undefined) {
      const text = `${worker} took a job and the log does not say that it came online.`
      this.#violations.add('unknown-limit', text, { jobs: [jobId], from: startedAt, to: startedAt })
    } else if (load.running > load.limit) {
      const text = `${worker} had ${load.running} jobs under way; its limit is ${load.limit}.`
      this.#violations.add('limit', text, { jobs, from: startedAt, to: startedAt })
    }
  }

  #onSecondAttempt(first: OpenAttempt, second: OpenAttempt): void {
    const { jobId, attempt, worker, startedAt } = second
    const text = `Attempt ${attempt} of job ${jobId} started on ${worker} while attempt ${first.attempt} ran on ${first.worker}.`
    this.#duplicated.add(jobId)
    this.#violations.add('duplicate', text, { jobs: [jobId], from: first.startedAt, to: startedAt })
    this.#close(first)
  }

  #onProgressOrEnd(event: JobEvent, trail: Trail): void {
    const { jobId, type, at } = event
    const { open } = trail
    const needsAttempt = NEEDS_ATTEMPT.has(type) || type === 'job.progress' || type === 'job.logged'
    if (needsAttempt && !trail.isUnsure && open?.attempt !== event.attempt) {
      const text = `${type} of attempt ${event.attempt} of job ${jobId} came, and that attempt was not under way.`
      this.#violations.add('disorder', text, { jobs: [jobId], from: at, to: at })
    }
    trail.end = ENDS[type]
    if (trail.end === undefined && !NEEDS_ATTEMPT.has(type)) return
    trail.dueAt =
      event.type === 'job.retrying' ? event.retryAt : event.type === 'job.released' ? event.runAt : at
    if (event.type === 'job.lost') this.#lostAttempts += 1
    trail.open = undefined
    if (open !== undefined) this.#onEnd(open, event)
  }

  #onEnd(open: OpenAttempt, event: JobEvent): void {
    const { worker, startedAt, dueAt, jobId } = open
    const heldMs = Math.max(0, event.at - startedAt)
    const runMs = 'runMs' in event ? Math.min(event.runMs ?? heldMs, heldMs) : heldMs
    this.#close(open)
    this.#runs.push({ startedAt, dueAt, runMs })
    this.#lastEnd = Math.max(this.#lastEnd, event.at)
    const idleMs = heldMs - runMs
    if (idleMs <= this.#handOverMs) return
    const text = `${worker} held job ${jobId} for ${Math.round(heldMs)} ms and ran it for ${Math.round(runMs)} ms.`
    this.#idle.push({ worker, from: startedAt, to: startedAt + idleMs })
    this.#violations.add('held', text, { jobs: [jobId], from: startedAt, to: event.at })
  }

  #close(open: OpenAttempt): void {
    this.#load(open.worker).end(open)
    this.#running -= 1
  }

  #onOnline({ worker, limit }: EventOf<'worker.online'>): void {
    this.#load(worker).online(limit)
    let total = 0
    for (const load of this.#workers.values()) if (load.goneAt === undefined) total += load.limit ?? 0
    this.#limit = Math.max(this.#limit, total)
  }

  #onGap({ from, at }: EventOf<'stream.gap'>): void {
    this.#violations.add('gap', `The log was trimmed after ${from}.`, { jobs: [], from: at, to: at })
    for (const trail of this.#jobs.values()) this.#forget(trail)
  }

  #forget(trail: Trail): void {
    if (trail.open !== undefined) this.#close(trail.open)
    trail.open = undefined
    trail.isUnsure = true
  }

  #load(worker: string): WorkerLoad {
    const known = this.#workers.get(worker) ?? new WorkerLoad(worker)
    this.#workers.set(worker, known)
    return known
  }

  /** Adds a violation for each job that is lost, and returns how many there are. */
  #findLost(violations: ViolationList): number {
    let count = 0
    for (const [jobId, trail] of this.#jobs) {
      const text = this.#lossOf(jobId, trail)
      if (text === undefined) continue
      count += 1
      violations.add('lost', text, { jobs: [jobId], from: trail.queuedAt, to: this.#now })
    }
    return count
  }

  #lossOf(jobId: JobId, { end, open, isUnsure }: Trail): string | undefined {
    if (end !== undefined || isUnsure) return undefined
    const goneAt = open === undefined ? undefined : this.#load(open.worker).goneAt
    if (open !== undefined && goneAt !== undefined && this.#now - goneAt > 2 * this.#leaseMs) {
      return `Job ${jobId} was on ${open.worker}, which is gone, and nobody took it up within two leases.`
    }
    return this.#finished ? `Job ${jobId} has no end.` : undefined
  }

  #countJobs(): Pick<Proof, 'jobs' | FinalState | 'unfinished'> {
    const counts = { jobs: this.#jobs.size, succeeded: 0, failed: 0, cancelled: 0, expired: 0, unfinished: 0 }
    for (const { end } of this.#jobs.values()) counts[end ?? 'unfinished'] += 1
    return counts
  }

  #peakHeldIdle(worker: string): number {
    const own = this.#idle.filter((hold) => hold.worker === worker)
    return Math.max(this.#load(worker).peakHeldIdle, peakOf(own))
  }

  #schedule(): Pick<Proof, 'makespanMs' | 'idealMs' | 'efficiency'> {
    const start = this.#firstStart ?? 0
    const makespanMs = Math.max(0, this.#lastEnd - start)
    const runs = this.#runs.toSorted((a, b) => a.startedAt - b.startedAt)
    const idealMs = listSchedule(runs, this.#limit, start) - start
    return { makespanMs, idealMs, efficiency: makespanMs === 0 ? 1 : idealMs / makespanMs }
  }
}
