import type { JobRecord } from '@hotline/core'

/** A job as the fold has it. */
export interface FoldedJob {
  record: JobRecord
  /** Where its input is: the offset of its first entry, or of the last that kept it. */
  offset: number
  /** When that entry was written. */
  keptAt: number
  /** The offset at which its lease was granted or extended last, or it was kept. */
  mark: number
  /** When this process heard of that, by `performance.now()`. */
  heardAt: number
  /** The last offset that offered to change it, whatever came of that. */
  changedAt: number
  /** Of all its entries together. */
  chars: number
}
