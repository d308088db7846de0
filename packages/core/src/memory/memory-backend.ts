import type { Clock, Timer } from '../clock.ts'
import { systemClock } from '../clock.ts'
import type { Notice, ProposedNotice } from '../events/notice.ts'
import type { ProposedEvent } from '../job/event.ts'
import type { JobId } from '../job/job-id.ts'
import { overdue } from '../job/policy.ts'
import type { Holder, JobRecord } from '../job/record.ts'
import { isFinal } from '../job/record.ts'
import { reduceAll } from '../job/reducer.ts'
import type { Sighting } from '../job/truth.ts'
import type { AppendOutcome, ControlMessage, EnqueueOutcome, NewJob } from '../transport/transport.ts'
import { AgeIndex } from './age-index.ts'
import { DueHeap } from './due-heap.ts'
import { EventLog } from './event-log.ts'
import { LeaseGuard } from './lease-guard.ts'
import { firstOf, ReadyQueue } from './ready-queue.ts'
import { WorkerRoll } from './worker-roll.ts'

/** A job as the backend keeps it. `leaseUntil` is there while it runs. */
export interface StoredJob {
  record: JobRecord
  readonly input: string
  leaseUntil?: number | undefined
  /** Tells the holder that its lease lapsed. */
  onLapse?: (() => void) | undefined
}

/** A `reserve` that waits for a job. */
export interface Waiter {
  readonly queues: readonly string[]
  readonly holder: Holder
  grant(job: StoredJob): void
}

/** Numbers of a memory backend. */
export interface MemoryOptions {
  readonly leaseMs: number
  readonly retentionMs: number
  readonly maxPayloadBytes: number
  readonly clock: Clock
}

/**
 * What a server is to the other transports: the jobs, the log, the leases and one clock, in this process. Several
 * memory transports may share one backend, as processes share a server. Everything in it happens in one step, since
 * nothing awaits.
 */
export class MemoryBackend {
  readonly options: MemoryOptions
  readonly log: EventLog = new EventLog()
  readonly listeners: Set<(message: ControlMessage) => void> = new Set()
  readonly paused: Set<string> = new Set()
  readonly roll: WorkerRoll = new WorkerRoll({
    now: () => this.now(),
    at: (time, run) => this.#at(time, run),
    onLost: (worker, lastSeen) => this.note({ type: 'worker.lost', worker, lastSeen }),
  })
  /** Unfinished jobs apart, so that the number of finished ones makes nothing slower. */
  readonly #unfinished = new Map<JobId, StoredJob>()
  readonly #finished = new Map<JobId, StoredJob>()
  readonly #ages = { unfinished: new AgeIndex(), all: new AgeIndex() } as const
  readonly #keys = new Map<string, JobId>()
  readonly #queues = new Map<string, ReadyQueue>()
  readonly #waiters = new Set<Waiter>()
  readonly #leases = new LeaseGuard<StoredJob>({
    now: () => this.now(),
    at: (time, run) => this.#at(time, run),
    lapsed: (job) => this.#sweep(job),
  })
  readonly #due = new DueHeap<() => void>()
  #alarm: { readonly at: number; readonly timer: Timer } | undefined
  /** Tickets that came due so far: who came first, also across queues and within one ms. */
  #arrivals = 0
  #users = 0

  constructor(options: Partial<MemoryOptions> = {}) {
    const {
      leaseMs = 30_000,
      retentionMs = 7 * 24 * 3_600_000,
      maxPayloadBytes = 262_144,
      clock = systemClock,
    } = options
    this.options = { leaseMs, retentionMs, maxPayloadBytes, clock }
  }

  now(): number {
    return this.options.clock.now()
  }

  /** The timer runs while somebody is attached, so that a process whose transports are closed can end. */
  attach(): void {
    this.#users += 1
    this.#arm()
  }

  detach(): void {
    this.#users -= 1
    if (this.#users > 0) return
    this.#alarm?.timer.cancel()
    this.#alarm = undefined
  }

  enqueue({ queued, input }: NewJob): EnqueueOutcome {
    const keyName = queued.key === undefined ? undefined : `${queued.task}\0${queued.key}`
    const known = this.find((keyName === undefined ? undefined : this.#keys.get(keyName)) ?? queued.jobId)
    if (known !== undefined) return { record: known.record, created: false }
    const now = this.now()
    const verdict = reduceAll(undefined, [queued], now)
    if (!verdict.accepted) throw new Error(`A founding event was refused: ${verdict.why}`)
    const job: StoredJob = { record: verdict.record, input }
    if (keyName !== undefined) this.#keys.set(keyName, job.record.id)
    this.#unfinished.set(job.record.id, job)
    this.#ages.unfinished.add(job.record.id)
    this.#ages.all.add(job.record.id)
    for (const event of verdict.events) this.log.append(event)
    const { id, expiresAt } = job.record
    if (expiresAt !== undefined) this.#at(expiresAt, () => this.#sweep(this.#unfinished.get(id)))
    this.#line(job)
    return { record: verdict.record, created: true }
  }

  /** Folds the events into the record and does what the new state asks for. */
  append(events: readonly ProposedEvent[]): AppendOutcome {
    const id = events[0]?.jobId ?? ''
    const job = this.find(id)
    const verdict = reduceAll(job?.record, events, this.now())
    for (const event of verdict.events) this.log.append(event)
    if (job !== undefined && verdict.record !== undefined) this.#settle(job, verdict.record)
    const { record } = verdict
    return verdict.accepted
      ? { accepted: true, record: verdict.record }
      : { accepted: false, why: verdict.why, record }
  }

  note(notice: ProposedNotice): void {
    const logged: Notice = { v: 1, at: this.now(), ...notice }
    this.log.append(logged)
  }

  find(id: JobId): StoredJob | undefined {
    return this.#unfinished.get(id) ?? this.#finished.get(id)
  }

  sighting({ record, leaseUntil }: StoredJob): Sighting {
    return { record, observedAt: this.now(), leaseUntil }
  }

  /** Newest first. A list of the unfinished does not read the finished. */
  *jobs(only: 'unfinished' | 'all'): Generator<StoredJob> {
    for (const id of this.#ages[only].newestFirst()) {
      const job = this.find(id)
      if (job !== undefined) yield job
    }
  }

  /** Gives the waiter a job at once, or as soon as there is one. */
  wait(waiter: Waiter): void {
    this.#waiters.add(waiter)
    this.#serve(waiter)
  }

  leave(waiter: Waiter): void {
    this.#waiters.delete(waiter)
  }

  pause(queue: string): void {
    if (this.paused.has(queue)) return
    this.paused.add(queue)
    this.note({ type: 'queue.paused', queue })
  }

  resume(queue: string): void {
    if (!this.paused.delete(queue)) return
    this.note({ type: 'queue.resumed', queue })
    for (const waiter of [...this.#waiters]) this.#serve(waiter)
  }

  extend(job: StoredJob): void {
    job.leaseUntil = this.now() + this.options.leaseMs
  }

  #settle(job: StoredJob, record: JobRecord): void {
    const wasFinal = isFinal(job.record.state)
    const isRequeued = record.state !== job.record.state || record.attempt !== job.record.attempt
    job.record = record
    if (record.state === 'running' || wasFinal) return
    job.leaseUntil = undefined
    this.#leases.release(job)
    if (isFinal(record.state)) this.#finish(job)
    else if (isRequeued) this.#line(job)
  }

  #finish(job: StoredJob): void {
    const { id, task, key, limits } = job.record
    this.#unfinished.delete(id)
    this.#ages.unfinished.remove(id)
    this.#finished.set(id, job)
    this.#at(this.now() + limits.retentionMs, () => {
      this.#finished.delete(id)
      this.#ages.all.remove(id)
      if (key !== undefined) this.#keys.delete(`${task}\0${key}`)
    })
    this.log.trim(this.now() - this.options.retentionMs)
  }

  /** Puts the job's ticket in line, now or when it is due. A waiting job changes only by ending. */
  #line(job: StoredJob): void {
    if (job.record.runAt <= this.now()) this.#offer(job)
    else this.#at(job.record.runAt, () => isFinal(job.record.state) || this.#offer(job))
  }

  #offer({ record }: StoredJob): void {
    this.#arrivals += 1
    this.#queueOf(record.queue).push(record, this.#arrivals)
    if (this.paused.has(record.queue)) return
    for (const waiter of this.#waiters) {
      if (!waiter.queues.includes(record.queue)) continue
      this.#serve(waiter)
      return
    }
  }

  /** A ticket whose start is refused (its job is being cancelled) falls out of the line. */
  #serve(waiter: Waiter): void {
    const open = waiter.queues.filter((queue) => !this.paused.has(queue)).map((queue) => this.#queueOf(queue))
    for (let job = this.#takeFirst(open); job !== undefined; job = this.#takeFirst(open)) {
      const attempt = job.record.attempt + 1
      if (!this.append([{ type: 'job.started', jobId: job.record.id, attempt, ...waiter.holder }]).accepted)
        continue
      this.#waiters.delete(waiter)
      this.extend(job)
      this.#leases.hold(job)
      waiter.grant(job)
      return
    }
  }

  #takeFirst(queues: readonly ReadyQueue[]): StoredJob | undefined {
    const ticket = firstOf(queues, ({ id }) => this.#isDue(this.#unfinished.get(id)?.record))
    return ticket === undefined ? undefined : this.#unfinished.get(ticket.id)
  }

  #isDue(record: JobRecord | undefined): boolean {
    if (record === undefined || record.state === 'running') return false
    return record.expiresAt === undefined || record.attempt > 0 || record.expiresAt > this.now()
  }

  #sweep(job: StoredJob | undefined): void {
    if (job === undefined) return
    const events = overdue(job.record, this.now(), job.leaseUntil)
    if (events.length === 0) return
    // Taken before: appending may hand the job to its next holder, who leaves an `onLapse` of his own.
    const { onLapse } = job
    this.append(events)
    onLapse?.()
  }

  #queueOf(name: string): ReadyQueue {
    const known = this.#queues.get(name)
    if (known !== undefined) return known
    const queue = new ReadyQueue()
    this.#queues.set(name, queue)
    return queue
  }

  #at(time: number, run: () => void): void {
    this.#due.push(time, run)
    this.#arm()
  }

  #arm(): void {
    const next = this.#due.nextAt
    if (next === undefined || this.#users === 0 || (this.#alarm !== undefined && this.#alarm.at <= next))
      return
    this.#alarm?.timer.cancel()
    const timer = this.options.clock.setTimer(Math.max(0, next - this.now()), () => this.#ring())
    this.#alarm = { at: next, timer }
  }

  /**
   * When the alarm comes late by a good part of a lease, this process stood still, and its holders with it: they get
   * the time of one renewal before any lease counts as lapsed.
   */
  #ring(): void {
    const renewalMs = this.options.leaseMs / 3
    if (this.#alarm !== undefined && this.now() - this.#alarm.at > renewalMs)
      this.#leases.pardon(this.now() + renewalMs)
    this.#alarm = undefined
    for (let due = this.#due.takeDue(this.now()); due !== undefined; due = this.#due.takeDue(this.now()))
      due.value()
    this.#arm()
  }
}
