import type { JobEvent } from '../job/event.ts'
import type { JobId } from '../job/job-id.ts'
import { proposalOf } from '../job/proposal-of.ts'
import type { JobRecord } from '../job/record.ts'
import { FINAL_STATES, isFinal } from '../job/record.ts'
import { reduce } from '../job/reducer.ts'
import { glimpseOf } from './glimpse.ts'
import type { JobsSeen, Tally } from './observation.ts'

/** How many jobs are kept, at most. */
export interface LiveBounds {
  /** Jobs that are not final. Further ones are counted. */
  readonly mostOpen: number
  /** Jobs that ended, the latest. Those before are counted. */
  readonly mostFinal: number
}

/** Encoded results and progress above this, in characters, are not kept: a screen shows a few lines of them. */
const MOST_PAYLOAD = 2000

/**
 * The records of the jobs of a log, folded by `reduce` from its events, or taken from a look at the backend, whichever is
 * ahead by `seq`. Bounded: what gives way is counted.
 *
 *   not there --queued, an event, a look--> open --its final event, a look--> final --too many--> counted
 *                                             '------a whole look without it------> gone
 */
export class LiveJobs {
  readonly #bounds: LiveBounds
  readonly #open = new Map<JobId, JobRecord>()
  readonly #final = new Map<JobId, JobRecord>()
  /** Ids of the looks since the last whole one. */
  readonly #looked = new Set<JobId>()
  /** Final by a look that was ahead of the events: the end is still to be counted. */
  readonly #endsToCome = new Set<JobId>()
  readonly #ended = { succeeded: 0, failed: 0, cancelled: 0, expired: 0 }
  #left = 0
  #unkept = 0
  #isCut = false

  constructor(bounds: LiveBounds) {
    this.#bounds = bounds
  }

  /** All that are kept: those that are not final first. */
  records(): JobRecord[] {
    return [...this.#open.values(), ...this.#final.values()]
  }

  /** Those that are not final. */
  open(): IterableIterator<JobRecord> {
    return this.#open.values()
  }

  /** How many were seen to end, and how. */
  get ended(): Tally['ended'] {
    return this.#ended
  }

  /** How many have ended, and gave way. */
  get left(): number {
    return this.#left
  }

  /** How many are not final and not kept. */
  get unkept(): number {
    return this.#unkept
  }

  /** Whether there are more open jobs than were looked at. */
  get isCut(): boolean {
    return this.#isCut
  }

  get(id: JobId): JobRecord | undefined {
    return this.#open.get(id) ?? this.#final.get(id)
  }

  /** Goes on from what was counted before. */
  count({ ended, left }: Pick<Tally, 'ended' | 'left'>): void {
    for (const state of FINAL_STATES) this.#ended[state] += ended[state]
    this.#left += left
  }

  /** Folds one event. Returns the record after it, and whether events of the job are missing before it. */
  fold(event: JobEvent): { readonly record: JobRecord | undefined; readonly hasHole: boolean } {
    const known = this.get(event.jobId)
    if (known !== undefined && event.seq <= known.seq) {
      const end = event.type.replace('job.', '')
      if (isFinal(end) && this.#endsToCome.delete(event.jobId)) this.#ended[end] += 1
      return { record: known, hasHole: false }
    }
    const hasHole = known !== undefined && event.seq > known.seq + 1
    const before = hasHole || known === undefined ? this.#before(event) : known
    const verdict = reduce(before, proposalOf(event), event.at)
    const record = verdict.accepted ? verdict.record : before
    if (record === undefined) return { record, hasHole }
    if (isFinal(record.state) && !isFinal(known?.state ?? '')) this.#ended[record.state] += 1
    this.#keep({ ...light(record, known), seq: event.seq })
    return { record, hasHole }
  }

  /** Takes what the backend showed. Returns the jobs that are gone by it. */
  look({ jobs, isWhole, isCut }: JobsSeen): readonly JobId[] {
    for (const { record } of jobs) {
      this.#looked.add(record.id)
      const known = this.get(record.id)
      if (known !== undefined && record.seq < known.seq) continue
      if (isFinal(record.state) && !isFinal(known?.state ?? '')) this.#endsToCome.add(record.id)
      this.#keep(light(record, undefined))
    }
    if (isCut === true) this.#isCut = true
    if (isWhole !== true) return []
    const gone = this.#isCut ? [] : [...this.#open.keys()].filter((id) => !this.#looked.has(id))
    for (const id of gone) this.#open.delete(id)
    this.#looked.clear()
    return gone
  }

  /** What must have been before an event, where that was not seen. */
  #before(event: JobEvent): JobRecord | undefined {
    if (event.type === 'job.queued') return undefined
    if (this.#unkept > 0 && event.type === 'job.started' && event.attempt === 1) this.#unkept -= 1
    return glimpseOf(event)
  }

  #keep(record: JobRecord): void {
    if (isFinal(record.state)) {
      this.#open.delete(record.id)
      this.#final.set(record.id, record)
      if (this.#final.size > this.#bounds.mostFinal) this.#dropOldest()
    } else if (this.#open.has(record.id) || this.#open.size < this.#bounds.mostOpen) {
      this.#final.delete(record.id)
      this.#open.set(record.id, record)
    } else this.#unkept += 1
  }

  #dropOldest(): void {
    for (const id of this.#final.keys()) {
      this.#final.delete(id)
      this.#endsToCome.delete(id)
      this.#left += 1
      return
    }
  }
}

/** Without what is too large to keep of each of many jobs. What was light before is not measured again. */
function light(record: JobRecord, before: JobRecord | undefined): JobRecord {
  const { progress, result, state } = record
  const isLight = (value: unknown, known: unknown): boolean =>
    value === undefined || value === known || (JSON.stringify(value)?.length ?? 0) <= MOST_PAYLOAD
  return {
    ...record,
    progress: !isFinal(state) && isLight(progress, before?.progress) ? progress : undefined,
    result: isLight(result, before?.result) ? result : undefined,
  }
}
