import type { JobId } from '@hotline/core'
import type { FoldedJob } from './folded-job.ts'

/** Where the log has a job that ended a while ago. */
export interface EndedJob {
  readonly id: JobId
  /** Offsets of its first entry, and of the one that ended it. */
  readonly first: number
  readonly last: number
  /** From when on nobody remembers it. */
  readonly forgetAt: number
  readonly keyName: string | undefined
}

/** How many jobs that ended are kept whole, and how many characters of their entries. Counted in log order. */
const WHOLE_JOBS = 10_000
const WHOLE_CHARS = 32_000_000

/**
 * Jobs that have ended. The youngest are kept whole by the fold; of the others only their place in the log, from where
 * their record is read back when somebody asks. Which is which follows from the log alone, so every fold agrees.
 */
export class EndedJobs {
  /** Whole ones, oldest first. */
  #whole: { readonly job: FoldedJob; readonly last: number }[] = []
  #head = 0
  #chars = 0
  readonly places: Map<JobId, EndedJob> = new Map()

  /** A job has ended with the entry at `last`. Returns those that are not kept whole any more. */
  add(job: FoldedJob, last: number): readonly FoldedJob[] {
    this.#whole.push({ job, last })
    this.#chars += job.chars
    const slimmed: FoldedJob[] = []
    while (
      this.#whole.length - this.#head > WHOLE_JOBS ||
      (this.#chars > WHOLE_CHARS && this.#head < this.#whole.length - 1)
    )
      slimmed.push(...this.#slim())
    return slimmed
  }

  /** `undefined` where it is forgotten at `at`, or was never slimmed. */
  find(id: JobId, at: number): EndedJob | undefined {
    const place = this.places.get(id)
    return place === undefined || at >= place.forgetAt ? undefined : place
  }

  /** Lets go of what is forgotten at `at`; returns it. */
  forget(at: number): readonly EndedJob[] {
    const gone = [...this.places.values()].filter(({ forgetAt }) => at >= forgetAt)
    for (const { id } of gone) this.places.delete(id)
    return gone
  }

  #slim(): readonly FoldedJob[] {
    const oldest = this.#whole[this.#head]
    if (oldest === undefined) return []
    this.#head += 1
    if (this.#head > WHOLE_JOBS) {
      this.#whole = this.#whole.slice(this.#head)
      this.#head = 0
    }
    const { job, last } = oldest
    this.#chars -= job.chars
    const { id, finishedAt = 0, limits } = job.record
    this.places.set(id, {
      ...{ id, last, first: job.offset, forgetAt: finishedAt + limits.retentionMs },
      keyName: keyName(job.record),
    })
    return [job]
  }
}

/** What a key is unique within: its task. */
export function keyName({
  task,
  key,
}: {
  readonly task: string
  readonly key?: string | undefined
}): string | undefined {
  return key === undefined ? undefined : `${task}\0${key}`
}
