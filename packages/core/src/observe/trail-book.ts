import type { JobId } from '../job/job-id.ts'
import type { FinalState } from '../job/record.ts'
import type { JobTrail } from './job-trail.ts'
import { NumberRows } from './number-rows.ts'
import type { OpenAttempt } from './worker-load.ts'

/** Position = how it is kept; 0 = no end yet. */
const ENDS: readonly (FinalState | undefined)[] = [undefined, 'succeeded', 'failed', 'cancelled', 'expired']
const COLUMNS = 5

/**
 * The trails of all jobs of a log, finished or not. As objects they took 250 bytes each and more while V8 waited to
 * collect; here a job takes 40, and its id.
 */
export class TrailBook {
  readonly #rowOf = new Map<JobId, number>()
  /** Number of the latest event, when queued, when the latest event came, due time, and the end with `isUnsure`. */
  readonly #rows = new NumberRows(COLUMNS)
  readonly #open = new Map<JobId, OpenAttempt>()

  /** A copy; what changes must be kept. */
  trailOf(jobId: JobId): JobTrail | undefined {
    const row = this.#rowOf.get(jobId)
    return row === undefined ? undefined : this.#trailIn(jobId, row)
  }

  keep(jobId: JobId, { seq, queuedAt, lastAt, dueAt, end, open, isUnsure }: JobTrail): void {
    const numbers = [seq, queuedAt, lastAt, dueAt, ENDS.indexOf(end) * 2 + (isUnsure ? 1 : 0)]
    const row = this.#rowOf.get(jobId)
    if (row === undefined) this.#rowOf.set(jobId, this.#rows.push(numbers))
    else this.#rows.put(row, numbers)
    if (open === undefined) this.#open.delete(jobId)
    else this.#open.set(jobId, open)
  }

  /** In the order of their first events. */
  *trails(): Generator<readonly [JobId, JobTrail]> {
    for (const [jobId, row] of this.#rowOf) yield [jobId, this.#trailIn(jobId, row)]
  }

  #trailIn(jobId: JobId, row: number): JobTrail {
    const rows = this.#rows
    const packed = rows.at(row, 4)
    return {
      seq: rows.at(row, 0),
      queuedAt: rows.at(row, 1),
      lastAt: rows.at(row, 2),
      dueAt: rows.at(row, 3),
      end: ENDS[Math.floor(packed / 2)],
      open: this.#open.get(jobId),
      isUnsure: packed % 2 === 1,
    }
  }
}
