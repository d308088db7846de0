import type { JobId } from '../job/job-id.ts'
import type { FinalState } from '../job/record.ts'
import { FINAL_STATES } from '../job/record.ts'
import type { JobTrail } from './job-trail.ts'

/** Jobs that there is room for at first. */
const LEAST_ROOM = 1024

/**
 * The trails of jobs that have ended, of which little is asked any more: how, when their last event came, and its number. An id and
 * three numbers for each, side by side: there may be millions.
 */
export class EndedJobs {
  readonly #indexOf = new Map<JobId, number>()
  #seq = new Uint32Array(LEAST_ROOM)
  #lastAt = new Float64Array(LEAST_ROOM)
  /** Its place among the final states. */
  #end = new Uint8Array(LEAST_ROOM)

  /** Keeps what matters of a trail that has an end; again, if something came behind it. */
  put(jobId: JobId, { seq, lastAt }: JobTrail, end: FinalState): void {
    const index = this.#indexOf.get(jobId) ?? this.#indexOf.size
    if (index === this.#seq.length) this.#grow()
    this.#indexOf.set(jobId, index)
    this.#seq[index] = seq
    this.#lastAt[index] = lastAt
    this.#end[index] = FINAL_STATES.indexOf(end)
  }

  /** The trail of a job that has ended, with what was kept of it. */
  get(jobId: JobId): JobTrail | undefined {
    const index = this.#indexOf.get(jobId)
    if (index === undefined) return undefined
    const [seq, lastAt] = [this.#seq[index] ?? 0, this.#lastAt[index] ?? 0]
    const end = FINAL_STATES[this.#end[index] ?? 0]
    return { seq, queuedAt: lastAt, lastAt, dueAt: lastAt, end, open: undefined, isUnsure: false }
  }

  /** How many ended in which way, of those whose last event came at `since` or later. */
  counts(since: number): Record<FinalState, number> {
    const counts = { succeeded: 0, failed: 0, cancelled: 0, expired: 0 }
    for (let index = 0; index < this.#indexOf.size; index++) {
      const end = FINAL_STATES[this.#end[index] ?? 0]
      if (end !== undefined && (this.#lastAt[index] ?? 0) >= since) counts[end] += 1
    }
    return counts
  }

  #grow(): void {
    const room = 2 * this.#seq.length
    const [seq, lastAt, end] = [new Uint32Array(room), new Float64Array(room), new Uint8Array(room)]
    seq.set(this.#seq)
    lastAt.set(this.#lastAt)
    end.set(this.#end)
    this.#seq = seq
    this.#lastAt = lastAt
    this.#end = end
  }
}
