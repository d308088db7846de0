/**
 * The fold of one job's entries, without what the protocol does not need: bodies, times, names. `fold-parity.test.ts` holds
 * it against the real fold.
 */
import type { Rule } from './rules.ts'

/** What an entry offers. `end` finishes, with the end that was asked for if the job is being cancelled. */
export type Offer =
  | { readonly kind: 'queue' }
  | { readonly kind: 'start' | 'extend' | 'progress' | 'end' | 'retry'; readonly attempt: number }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'lapse'; readonly attempt: number; readonly mark: number }
  | { readonly kind: 'keep'; readonly asOf: number; readonly view: JobView }

/** An entry of the log. `by` is a session, `n` its how-many-th. */
export interface ModelEntry {
  readonly by: number
  readonly n: number
  readonly offer: Offer
}

/** A job as a reader of the log has it. */
export interface JobView {
  readonly state: 'none' | 'waiting' | 'running' | 'ended'
  readonly attempt: number
  readonly isCancelling: boolean
  /** Offset of the last entry that granted or extended the lease. */
  readonly mark: number
}

/** A reader of the log: what it has read, and what that adds up to. */
export interface Reading {
  readonly job: JobView
  /** The first offset that it has read. */
  readonly first: number
  /** The last entry of each session. */
  readonly counts: Readonly<Record<number, number>>
  /** The last offset that counted and was about the job, or would have been if the reader had known it. */
  readonly changedAt: number
}

const NO_JOB: JobView = { state: 'none', attempt: 0, isCancelling: false, mark: -1 }

export function startReading(first: number): Reading {
  return { job: NO_JOB, first, counts: {}, changedAt: -1 }
}

/** What an entry leads to, and whether it was accepted. */
export interface Outcome {
  readonly reading: Reading
  readonly accepted: boolean
  /** True for what was sent twice. */
  readonly isRepeat: boolean
}

/** Folds entries by the rules that are in force. */
export class ModelFold {
  readonly #without: Rule | undefined

  constructor(without: Rule | undefined) {
    this.#without = without
  }

  apply(reading: Reading, { by, n, offer }: ModelEntry, offset: number): Outcome {
    const isRepeat = (reading.counts[by] ?? -1) >= n
    if (isRepeat && this.#without !== 'entries are numbered') return { reading, accepted: false, isRepeat }
    const counts = { ...reading.counts, [by]: Math.max(n, reading.counts[by] ?? -1) }
    const job = this.#change(reading, offer, offset)
    const accepted = job !== undefined
    const isChange = offer.kind !== 'extend' && offer.kind !== 'keep'
    const changedAt = isChange ? offset : reading.changedAt
    return { reading: { ...reading, counts, changedAt, job: job ?? reading.job }, accepted, isRepeat }
  }

  /** The job after an accepted offer, `undefined` after a refused one. */
  #change(reading: Reading, offer: Offer, offset: number): JobView | undefined {
    const { job } = reading
    if (offer.kind === 'queue') return job.state === 'none' ? { ...NO_JOB, state: 'waiting' } : undefined
    if (offer.kind === 'keep') return this.#keep(reading, offer, offset)
    if (job.state === 'none') return undefined
    if (job.state === 'ended' && this.#without !== 'final is final') return undefined
    switch (offer.kind) {
      case 'start':
        return job.state === 'waiting' && offer.attempt === job.attempt + 1
          ? { ...job, state: 'running', attempt: offer.attempt, mark: offset }
          : undefined
      case 'cancel':
        return this.#cancel(job)
      case 'lapse':
        return this.#lapse(job, offer)
      default:
        return this.#holderSays(job, offer, offset)
    }
  }

  #cancel(job: JobView): JobView | undefined {
    if (job.state === 'waiting') return { ...job, state: 'ended' }
    return job.state === 'running' && !job.isCancelling ? { ...job, isCancelling: true } : undefined
  }

  #lapse(job: JobView, { attempt, mark }: Offer & { kind: 'lapse' }): JobView | undefined {
    if (job.state !== 'running' || attempt !== job.attempt) return undefined
    if (mark !== job.mark && this.#without !== 'sweep names the extension') return undefined
    return { ...job, state: job.isCancelling ? 'ended' : 'waiting' }
  }

  #holderSays(job: JobView, offer: Offer & { attempt: number }, offset: number): JobView | undefined {
    const isOpen = job.state === 'running' && offer.attempt === job.attempt
    const isLateEnd = offer.kind === 'end' && (job.state === 'running' || this.#without === 'final is final')
    if (!isOpen && !(isLateEnd && (this.#without === 'attempt fences' || job.state === 'ended')))
      return undefined
    if (offer.kind === 'extend') return { ...job, mark: offset }
    if (offer.kind === 'end') return { ...job, state: 'ended' }
    if (offer.kind === 'progress') return job
    return job.isCancelling && this.#without !== 'cancelling ends it'
      ? undefined
      : { ...job, state: 'waiting' }
  }

  #keep(
    { job, first, changedAt }: Reading,
    { asOf, view }: Offer & { kind: 'keep' },
    offset: number,
  ): JobView | undefined {
    if (job.state === 'ended') return undefined
    if (changedAt > asOf && this.#without !== 'kept as of an offset') return undefined
    if (first > asOf + 1 && this.#without !== 'kept for who saw all since') return undefined
    const kept = job.state === 'none' ? view : job
    // A reader who did not know the job has no other mark for it.
    return this.#without === 'kept renews the mark' && job.state !== 'none' ? kept : { ...kept, mark: offset }
  }
}
