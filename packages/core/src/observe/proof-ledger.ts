import type { EventOf, HotlineEvent } from '../events/event.ts'
import type { JobEvent } from '../job/event.ts'
import type { JobId } from '../job/job-id.ts'
import { jobIdTime } from '../job/job-id.ts'
import type { FinalState } from '../job/record.ts'
import { EndedJobs } from './ended-jobs.ts'
import type { JobTrail } from './job-trail.ts'
import { ENDS, NEEDS_ATTEMPT, newTrail } from './job-trail.ts'
import type { Proof, ProofOptions } from './proof.ts'
import { RunList } from './run-list.ts'
import { ViolationList } from './violation-list.ts'
import type { OpenAttempt } from './worker-load.ts'
import { WorkerLoads } from './worker-loads.ts'

const DEFAULT_HAND_OVER_MS = 1000
const DEFAULT_LEASE_MS = 30_000

/**
 * The proof of a log that comes event by event. Takes a few numbers per job and per attempt, and no payloads.
 *
 * It keeps what is under way: `job.started` opens an attempt in a slot of a worker; `job.succeeded`, `.retrying`,
 * `.failed`, `.cancelled`, `.lost` and `.released` close it. After a `stream.gap`, or a hole in a job's `seq`, it
 * forgets what it thought to be under way rather than accuse anybody of what it did not see.
 *
 * With `since` it goes through a log that is longer than what is asked about. What came before only sets the scene:
 *
 *   before --the first event at `since` or later, or `proof`--> within
 */
export class ProofLedger {
  readonly #finished: boolean
  readonly #handOverMs: number
  readonly #leaseMs: number
  readonly #since: number | undefined
  /** Jobs without an end. */
  readonly #jobs = new Map<JobId, JobTrail>()
  readonly #ended = new EndedJobs()
  readonly #loads: WorkerLoads
  readonly #runs: RunList
  #violations = new ViolationList()
  readonly #duplicated = new Set<JobId>()
  #attempts = 0
  #lostAttempts = 0
  #peakRss: number | undefined
  #runningAtStart = 0
  /** When the first event came that was read. */
  #begin: number | undefined
  #now = 0
  #isWithin: boolean

  constructor(options: ProofOptions = {}) {
    this.#finished = options.finished ?? false
    this.#handOverMs = options.handOverMs ?? DEFAULT_HAND_OVER_MS
    this.#leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS
    this.#since = options.since
    this.#loads = new WorkerLoads(options.alive ?? new Map())
    this.#runs = new RunList(options.since ?? 0)
    this.#isWithin = options.since === undefined
  }

  /** Takes the next event of the log. */
  add(event: HotlineEvent): void {
    this.#now = Math.max(this.#now, event.at)
    this.#begin ??= event.at
    if (!this.#isWithin && event.at >= (this.#since ?? 0)) this.#enter()
    if ('jobId' in event) this.#onJob(event)
    else if (event.type === 'stream.gap') this.#onGap(event)
    else if (event.type === 'worker.online') this.#loads.online(event.worker, event.limit)
    else if (event.type === 'worker.offline') this.#loads.of(event.worker).goneAt = event.at
    else if (event.type === 'worker.lost') this.#loads.of(event.worker).goneAt = event.lastSeen
  }

  /** What is proved so far. */
  proof(): Proof {
    if (!this.#isWithin) this.#enter()
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
      peakRunning: this.#loads.peakRunning,
      runningAtStart: this.#runningAtStart,
      limit: this.#loads.limit,
      peakRss: this.#peakRss,
      peakHeldIdle: this.#loads.peakHeldIdle,
      gaps: violations.count('gap'),
      ...this.#runs.schedule(this.#loads.limit),
      workers: this.#loads.proofs(),
      violationCounts: violations.counts,
      violations: violations.kept,
    }
  }

  /** Forgets what came before `since`, but for what it left under way. */
  #enter(): void {
    const gaps = this.#violations.kept.filter(({ kind, jobs }) => kind === 'gap' && jobs.length === 0)
    this.#isWithin = true
    this.#violations = new ViolationList(gaps, gaps.length === 0 ? {} : { gap: gaps.length })
    this.#duplicated.clear()
    this.#attempts = 0
    this.#lostAttempts = 0
    this.#peakRss = undefined
    this.#runs.clear()
    this.#loads.forgetPeaks()
    this.#runningAtStart = this.#loads.running
    if (this.#runningAtStart > 0) this.#runs.start(this.#since ?? 0)
  }

  #onJob(event: JobEvent): void {
    const trail = this.#follow(event)
    this.#judge(event, trail)
    if (trail.end === undefined) return
    this.#jobs.delete(event.jobId)
    this.#ended.put(event.jobId, trail, trail.end)
  }

  #judge(event: JobEvent, trail: JobTrail): void {
    if (event.type === 'attempt.fenced') return
    if (trail.end !== undefined) this.#onAfterEnd(event, trail.end)
    else if (event.type === 'job.queued') trail.dueAt = event.runAt
    else if (event.type === 'job.started') this.#onStarted(event, trail)
    else this.#onProgressOrEnd(event, trail)
  }

  /** The job's trail, after checking that no event of it is missing between the last one and this. */
  #follow(event: JobEvent): JobTrail {
    const { jobId, seq, at } = event
    const trail = this.#jobs.get(jobId) ?? this.#ended.get(jobId) ?? newTrail(at)
    if (trail.end === undefined) this.#jobs.set(jobId, trail)
    if (trail.seq === 0 && seq > 1 && this.#isOlderThanLog(jobId)) trail.isUnsure = true
    else if (seq !== trail.seq + 1) {
      const text = `Event ${seq} of job ${jobId} follows ${trail.seq === 0 ? 'nothing' : `event ${trail.seq}`}.`
      this.#violations.add('gap', text, { jobs: [jobId], from: at, to: at })
      this.#forget(trail)
    }
    trail.seq = Math.max(trail.seq, seq)
    trail.lastAt = at
    return trail
  }

  /** Its first events were trimmed by age, as they are in a log that goes on. */
  #isOlderThanLog(jobId: JobId): boolean {
    return this.#since !== undefined && jobIdTime(jobId) < (this.#begin ?? 0)
  }

  #onAfterEnd(event: JobEvent, end: FinalState): void {
    const { jobId, type, at } = event
    const kind = type in ENDS || type === 'job.started' ? 'duplicate' : 'disorder'
    const text = `Job ${jobId} had ended as ${end} when ${type} came.`
    if (kind === 'duplicate') this.#duplicated.add(jobId)
    this.#violations.add(kind, text, { jobs: [jobId], from: at, to: at })
  }

  #onStarted(event: JobEvent<'job.started'>, trail: JobTrail): void {
    const { jobId, attempt, worker, slot, at } = event
    const opened = { jobId, attempt, worker, slot, startedAt: at, dueAt: Math.min(trail.dueAt, at) }
    this.#runs.start(at)
    this.#attempts += 1
    this.#take(opened)
    if (trail.open !== undefined) this.#onSecondAttempt(trail.open, opened)
    trail.open = opened
    trail.isUnsure = false
  }

  /** Checks the bound of the worker that took it. */
  #take(opened: OpenAttempt): void {
    const { jobId, worker, slot, startedAt } = opened
    const others = this.#loads.start(opened)
    const load = this.#loads.of(worker)
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
    this.#loads.end(first)
  }

  #onProgressOrEnd(event: JobEvent, trail: JobTrail): void {
    const { jobId, type, at } = event
    const { open } = trail
    const needsAttempt = NEEDS_ATTEMPT.has(type) || type === 'job.progress' || type === 'job.logged'
    if (needsAttempt && !trail.isUnsure && open?.attempt !== event.attempt) {
      const text = `${type} of attempt ${event.attempt} of job ${jobId} came, and that attempt was not under way.`
      this.#violations.add('disorder', text, { jobs: [jobId], from: at, to: at })
    }
    if (trail.isUnsure && (NEEDS_ATTEMPT.has(type) || type === 'job.failed')) this.#onUnseenStart(event)
    trail.end = ENDS[type]
    if (trail.end === undefined && !NEEDS_ATTEMPT.has(type)) return
    trail.dueAt =
      event.type === 'job.retrying' ? event.retryAt : event.type === 'job.released' ? event.runAt : at
    if (event.type === 'job.lost') this.#lostAttempts += 1
    trail.open = undefined
    if (open !== undefined) this.#onEnd(open, event)
  }

  /** An attempt that was under way nobody knows where: a job older than the log, or one behind a gap that is told. */
  #onUnseenStart({ jobId, attempt, at }: JobEvent): void {
    if (!this.#isOlderThanLog(jobId)) return
    const text = `The log no longer has the start of attempt ${attempt} of job ${jobId}.`
    this.#violations.add('gap', text, { jobs: [jobId], from: at, to: at })
  }

  #onEnd(open: OpenAttempt, event: JobEvent): void {
    const { worker, startedAt, dueAt, jobId } = open
    const heldMs = Math.max(0, event.at - startedAt)
    const runMs = 'runMs' in event ? Math.min(event.runMs ?? heldMs, heldMs) : heldMs
    this.#loads.end(open)
    this.#runs.add({ startedAt, dueAt, runMs, endedAt: event.at })
    if ('peakRss' in event && event.peakRss !== undefined)
      this.#peakRss = Math.max(this.#peakRss ?? 0, event.peakRss)
    const idleMs = heldMs - runMs
    if (idleMs <= this.#handOverMs) return
    const text = `${worker} held job ${jobId} for ${Math.round(heldMs)} ms and ran it for ${Math.round(runMs)} ms.`
    this.#loads.hold({ worker, from: startedAt, to: startedAt + idleMs })
    this.#violations.add('held', text, { jobs: [jobId], from: startedAt, to: event.at })
  }

  #onGap({ from, at }: EventOf<'stream.gap'>): void {
    this.#violations.add('gap', `The log was trimmed after ${from}.`, { jobs: [], from: at, to: at })
    for (const trail of this.#jobs.values()) this.#forget(trail)
  }

  #forget(trail: JobTrail): void {
    if (trail.open !== undefined) this.#loads.end(trail.open)
    trail.open = undefined
    trail.isUnsure = true
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

  #lossOf(jobId: JobId, { open, isUnsure }: JobTrail): string | undefined {
    if (isUnsure) return undefined
    const goneAt = open === undefined ? undefined : this.#loads.goneAt(open.worker)
    if (open !== undefined && goneAt !== undefined && this.#now - goneAt > 2 * this.#leaseMs) {
      return `Job ${jobId} was on ${open.worker}, which is gone, and nobody took it up within two leases.`
    }
    return this.#finished ? `Job ${jobId} has no end.` : undefined
  }

  #countJobs(): Pick<Proof, 'jobs' | FinalState | 'unfinished'> {
    const ends = this.#ended.counts(this.#since ?? 0)
    const unfinished = this.#jobs.size
    const jobs = unfinished + ends.succeeded + ends.failed + ends.cancelled + ends.expired
    return { jobs, ...ends, unfinished }
  }
}
