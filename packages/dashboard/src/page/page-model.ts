import type { HotlineEvent, JobId, JobRecord, WorkerPresence } from '@hotline/core'
import { isFinal, proposalOf, reduce } from '@hotline/core'
import type { Frame, Hello } from '../frame.ts'
import { Pace } from './pace.ts'

/** Jobs that are kept, at most. Those that ended give way first, then those that wait, and of each the oldest. */
const MOST_JOBS = 10_000
/** Room above it, so that making way is rare. */
const SLACK = 500
/** Events that the feed shows, at most. */
const MOST_EVENTS = 200

/** Jobs that are to be asked for, at most: more than a person can read will have moved on by then. */
const MOST_MISSING = 20

/** Where a page stands with its server. */
export type Link = 'connecting' | 'live' | 'lost'

/**
 * All that the page shows: a fold of the frames that the server sends. Records are folded by core's `reduce`, and by
 * nothing else. Of bounded size, whatever comes.
 */
export class PageModel {
  readonly jobs: Map<JobId, JobRecord> = new Map()
  readonly pace: Pace = new Pace()
  readonly events: HotlineEvent[] = []
  /** Jobs that have started and had given way before: to be asked for. */
  readonly missing: Set<JobId> = new Set()
  link: Link = 'connecting'
  /** Why the backend is out of reach. */
  outage: string | undefined
  workers: readonly WorkerPresence[] = []
  paused: readonly string[] = []
  /** Whether all jobs that the server knows have come. */
  isWhole = false
  canRetry = false
  /** Add to the clock of the browser for that of the server, in ms. */
  skewMs = 0
  #newestFirst: JobRecord[] | undefined

  /** By the clock of the server. */
  now(): number {
    return Date.now() + this.skewMs
  }

  /** Takes a frame. Says whether the page has to begin anew, since events are missing. */
  take(frame: Frame): 'go-on' | 'begin-anew' {
    if (frame.type !== 'outage') this.outage = undefined
    switch (frame.type) {
      case 'hello':
        this.#begin(frame)
        break
      case 'jobs':
        for (const record of frame.jobs) this.#list(record)
        break
      case 'caught-up':
        this.isWhole = true
        break
      case 'workers':
        Object.assign(this, { workers: frame.workers, skewMs: frame.now - Date.now() })
        this.paused = frame.paused
        break
      case 'outage':
        this.outage = frame.problem
        break
      case 'stream.gap':
        return 'begin-anew'
      default:
        this.#onEvent(frame)
    }
    return 'go-on'
  }

  /** Running ones first, then the newest. */
  list(): readonly JobRecord[] {
    this.#newestFirst ??= [...this.jobs.values()].sort(inOrder)
    return this.#newestFirst
  }

  #begin({ isFresh, now, canRetry }: Hello): void {
    this.canRetry = canRetry
    this.skewMs = now - Date.now()
    if (!isFresh) return
    this.jobs.clear()
    this.pace.clear()
    this.isWhole = false
    this.#newestFirst = undefined
  }

  #onEvent(event: HotlineEvent): void {
    this.events.push(event)
    if (this.events.length > MOST_EVENTS) this.events.shift()
    if (event.type === 'queue.paused') this.paused = [...new Set([...this.paused, event.queue])]
    if (event.type === 'queue.resumed') this.paused = this.paused.filter((queue) => queue !== event.queue)
    if (!('jobId' in event)) return
    const known = this.jobs.get(event.jobId)
    if (known === undefined && event.type === 'job.started' && this.missing.size < MOST_MISSING)
      this.missing.add(event.jobId)
    // What is newer than a record that was listed; the list may have been ahead of the log's reader.
    if (event.seq <= (known?.seq ?? 0)) return
    this.pace.see(event)
    const { cursor: _cursor, ...own } = event
    const verdict = reduce(known, proposalOf(own), event.at)
    const record = verdict.accepted ? verdict.record : known
    if (record !== undefined) this.#keep({ ...record, result: undefined, seq: event.seq })
  }

  /** While the page loads, the jobs tell what the charts show; from then on, events do. */
  #list(record: JobRecord): void {
    if (!this.isWhole && !this.jobs.has(record.id)) this.pace.recall(record)
    this.#keep(record)
  }

  #keep(record: JobRecord): void {
    const known = this.jobs.get(record.id)
    if (known !== undefined && known.seq > record.seq) return
    this.jobs.set(record.id, record)
    this.#newestFirst = undefined
    if (this.jobs.size > MOST_JOBS + SLACK) this.#makeWay()
  }

  #makeWay(): void {
    const oldest = this.list().toReversed()
    const ended = oldest.filter(({ state }) => isFinal(state))
    const waiting = oldest.filter(({ state }) => !isFinal(state) && state !== 'running')
    for (const { id } of [...ended, ...waiting].slice(0, this.jobs.size - MOST_JOBS)) this.jobs.delete(id)
    this.#newestFirst = undefined
  }
}

function inOrder(one: JobRecord, other: JobRecord): number {
  const rank = Number(other.state === 'running') - Number(one.state === 'running')
  if (rank !== 0) return rank
  return one.id < other.id ? 1 : -1
}
