import type { Cursor } from '../events/event.ts'
import type { JobEvent } from '../job/event.ts'
import type { FinalState, JobRecord } from '../job/record.ts'
import { isFinal } from '../job/record.ts'
import { type LiveBounds, LiveJobs } from './live-jobs.ts'
import { type LiveWorker, LiveWorkers } from './live-workers.ts'
import type { JobsSeen, Observation, RecordingStarted, SeenEvent, Tally } from './observation.ts'

/** All that a screen shows, at one moment. Plain data: it does not change when the model goes on. */
export interface LiveScene {
  readonly backend: string
  /** Since when the backend is out of reach, and why; `undefined` while it answers. */
  readonly outage: { readonly since: number; readonly why: string } | undefined
  readonly workers: readonly LiveWorker[]
  readonly paused: readonly string[]
  /** Jobs that are kept. Those that are not final come first. */
  readonly jobs: readonly JobRecord[]
  readonly running: number
  /** Sum of the limits of the workers that are alive. */
  readonly limit: number
  readonly peakRunning: number
  /** Whether no worker ever had more jobs under way than its limit, as far as was seen. */
  readonly isBoundHeld: boolean
  /** Jobs that workers hold and do not run, by the heartbeats. */
  readonly heldIdle: number
  /** Jobs that are due and wait for a slot; with `isCut`, at least so many. */
  readonly queued: number
  readonly scheduled: number
  readonly retrying: number
  readonly isCut: boolean
  /** Since when the oldest of the queued jobs is due, by the observer's clock. */
  readonly oldestDueAt: number | undefined
  /** Jobs that were seen to end, kept or not. */
  readonly ended: Readonly<Record<FinalState, number>>
  /** Jobs that have ended, and are not kept any more. */
  readonly left: number
  readonly events: number
  readonly gaps: number
  /** What to subtract from the observer's clock for the backend's, in ms. */
  readonly skewMs: number
  /** When the latest observation came, by the observer's clock. */
  readonly seenAt: number
}

const DEFAULT_BOUNDS: LiveBounds = { mostOpen: 20_000, mostFinal: 1000 }

/**
 * What goes on at a backend: a fold of observations, which are the events of its log and looks at what no event tells.
 * The same observations give the same scene, live or from a recording. Takes a bounded amount of memory.
 */
export class LiveModel {
  readonly #jobs: LiveJobs
  readonly #workers = new LiveWorkers()
  #backend = ''
  #outage: LiveScene['outage']
  #paused: readonly string[] = []
  #heldIdle = 0
  #events = 0
  #gaps = 0
  #skewMs = 0
  #seenAt = 0

  /** By default 20,000 jobs that are not final are kept, and the 1000 that ended last. */
  constructor(bounds: Partial<LiveBounds> = {}) {
    this.#jobs = new LiveJobs({ ...DEFAULT_BOUNDS, ...bounds })
  }

  /** Takes the next observation. */
  see(seen: Observation): void {
    const seenAt = 'seenAt' in seen && seen.seenAt !== undefined ? seen.seenAt : seen.at
    this.#seenAt = Math.max(this.#seenAt, seenAt)
    switch (seen.type) {
      case 'recording.started':
        this.#begin(seen)
        return
      case 'workers.seen':
        this.#paused = seen.paused
        this.#heldIdle = seen.workers.reduce((sum, { held, running }) => sum + Math.max(0, held - running), 0)
        this.#workers.look(seen)
        return
      case 'jobs.seen':
        this.#look(seen)
        return
      case 'backend.lost':
        this.#outage ??= { since: seen.at, why: seen.why }
        return
      case 'backend.found':
        this.#outage = undefined
        return
      default:
        this.#onEvent(seen, seenAt)
    }
  }

  /** What has been counted, for a recording that begins here. */
  tally(): Tally {
    const { events, gaps, peakRunning, isBoundHeld, ended, left } = this.scene()
    return { events, gaps, peakRunning, isBroken: !isBoundHeld, ended, left }
  }

  scene(): LiveScene {
    const workers = this.#workers.list()
    const jobs = this.#jobs.records()
    const alive = workers.filter(({ state }) => state !== 'lost')
    return {
      ...{ backend: this.#backend, outage: this.#outage, workers, paused: this.#paused, jobs },
      ...{ running: this.#workers.running, peakRunning: this.#workers.peakRunning },
      limit: alive.reduce((sum, { limit = 0 }) => sum + limit, 0),
      isBoundHeld: !this.#workers.isBroken,
      heldIdle: this.#heldIdle,
      ...this.#waiting(),
      isCut: this.#jobs.isCut || this.#jobs.unkept > 0,
      ...{ ended: { ...this.#jobs.ended }, left: this.#jobs.left },
      ...{ events: this.#events, gaps: this.#gaps, skewMs: this.#skewMs, seenAt: this.#seenAt },
    }
  }

  #begin({ backend, tally }: RecordingStarted): void {
    this.#backend = backend
    if (tally === undefined) return
    this.#events += tally.events
    this.#gaps += tally.gaps
    this.#jobs.count(tally)
    this.#workers.count(tally)
  }

  #look(seen: JobsSeen): void {
    const [first] = seen.jobs
    if (first !== undefined) this.#skewMs = seen.at - first.observedAt
    for (const id of this.#jobs.look(seen)) this.#workers.remove(id)
    for (const { record } of seen.jobs) this.#place(this.#jobs.get(record.id))
  }

  #onEvent({ seenAt: _seenAt, ...event }: SeenEvent, seenAt: number): void {
    this.#events += 1
    if ('jobId' in event) {
      this.#onJob(event, seenAt)
      return
    }
    switch (event.type) {
      case 'stream.gap':
        this.#gaps += 1
        this.#workers.clear()
        return
      case 'worker.online':
        this.#workers.online(event, seenAt)
        return
      case 'worker.offline':
        this.#workers.offline(event.worker)
        return
      case 'worker.lost':
        this.#workers.lost(event.worker, seenAt)
        return
      case 'queue.paused':
        this.#paused = [...new Set([...this.#paused, event.queue])]
        return
      case 'queue.resumed':
        this.#paused = this.#paused.filter((queue) => queue !== event.queue)
    }
  }

  #onJob(seen: JobEvent & { readonly cursor: Cursor }, seenAt: number): void {
    const { cursor: _cursor, ...event } = seen
    const { record, hasHole } = this.#jobs.fold(event)
    if (hasHole) this.#gaps += 1
    this.#place(record, seenAt)
  }

  #place(record: JobRecord | undefined, seenAt: number = this.#seenAt): void {
    if (record !== undefined) this.#workers.place(record, seenAt)
  }

  #waiting(): Pick<LiveScene, 'queued' | 'scheduled' | 'retrying' | 'oldestDueAt'> {
    const counts = { queued: this.#jobs.unkept, scheduled: 0, retrying: 0 }
    let oldest = Number.POSITIVE_INFINITY
    for (const { state, runAt } of this.#jobs.open()) {
      if (state === 'running' || isFinal(state)) continue
      const isDue = state === 'queued' || (state === 'scheduled' && runAt + this.#skewMs <= this.#seenAt)
      counts[isDue ? 'queued' : state] += 1
      if (isDue) oldest = Math.min(oldest, runAt)
    }
    return { ...counts, oldestDueAt: oldest === Number.POSITIVE_INFINITY ? undefined : oldest + this.#skewMs }
  }
}
