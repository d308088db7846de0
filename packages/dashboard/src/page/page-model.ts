import type { HotlineEvent, JobId, JobRecord, WorkerPresence } from '@hotline/core'
import { isFinal, proposalOf, reduce } from '@hotline/core'
import type { Frame, Hello } from '../frame.ts'
import { Pace } from './pace.ts'

/** Jobs that are kept, at most; those that ended give way, the oldest first. */
const MOST_JOBS = 10_000
/** Room above it, so that making way is rare. */
const SLACK = 500
/** Events that the feed shows, at most. */
const MOST_EVENTS = 200

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
        for (const record of frame.jobs) this.#keep(record)
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
    this.isWhole = false
    this.#newestFirst = undefined
  }

  #onEvent(event: HotlineEvent): void {
    this.events.push(event)
    if (this.events.length > MOST_EVENTS) this.events.shift()
    this.pace.see(event)
    if (event.type === 'queue.paused') this.paused = [...new Set([...this.paused, event.queue])]
    if (event.type === 'queue.resumed') this.paused = this.paused.filter((queue) => queue !== event.queue)
    if (!('jobId' in event)) return
    const known = this.jobs.get(event.jobId)
    // What is newer than a record that was listed; the list may have been ahead of the log's reader.
    if (event.seq <= (known?.seq ?? 0)) return
    const { cursor: _cursor, ...own } = event
    const verdict = reduce(known, proposalOf(own), event.at)
    const record = verdict.accepted ? verdict.record : known
    if (record !== undefined) this.#keep({ ...record, result: undefined, seq: event.seq })
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
    for (const { id, state } of oldest) {
      if (this.jobs.size <= MOST_JOBS) break
      if (isFinal(state)) this.jobs.delete(id)
    }
    this.#newestFirst = undefined
  }
}

function inOrder(one: JobRecord, other: JobRecord): number {
  const rank = Number(other.state === 'running') - Number(one.state === 'running')
  if (rank !== 0) return rank
  return one.id < other.id ? 1 : -1
}
