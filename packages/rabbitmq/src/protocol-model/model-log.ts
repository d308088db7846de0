import type { ModelEntry, ModelFold, Reading } from './model-fold.ts'
import { startReading } from './model-fold.ts'
import type { Violation } from './rules.ts'

/** An entry in its place. Logs share their beginnings, and equal ones are one object. */
interface Link {
  readonly id: number
  readonly before: Link | undefined
  readonly length: number
  readonly entry: ModelEntry | undefined
  /** As of here, for who has read everything. */
  readonly whole: Reading
  /** When the lease was granted or extended last. */
  readonly heldAt: number
  /** Accepted notes and ends, each as "session.number". */
  readonly told: readonly string[]
  readonly ends: number
  readonly violation: Violation | undefined
}

export type { Link as ModelLog }

/** Makes logs, and finds what must never be in one. */
export class LogPress {
  readonly empty: Link
  readonly #fold: ModelFold
  readonly #leaseTicks: number
  readonly #links = new Map<string, Link>()
  readonly #readings = new Map<string, Reading>()

  constructor(fold: ModelFold, leaseTicks: number) {
    this.#fold = fold
    this.#leaseTicks = leaseTicks
    const whole = startReading(0)
    const none = { before: undefined, entry: undefined, violation: undefined }
    this.empty = { id: 0, length: 0, whole, heldAt: 0, told: [], ends: 0, ...none }
  }

  append(log: Link, entry: ModelEntry, now: number): Link {
    const key = `${log.id} ${now} ${JSON.stringify(entry)}`
    const known = this.#links.get(key)
    if (known !== undefined) return known
    const link = this.#link(log, entry, now)
    this.#links.set(key, link)
    return link
  }

  /** What a reader has who began at `first`, and has read all. */
  reading(log: Link, first: number): Reading {
    if (first === 0) return log.whole
    const key = `${log.id} ${first}`
    const known = this.#readings.get(key)
    if (known !== undefined) return known
    const { before, entry } = log
    const isIn = before !== undefined && entry !== undefined && before.length >= first
    const reading = isIn
      ? this.#fold.apply(this.reading(before, first), entry, before.length).reading
      : startReading(first)
    this.#readings.set(key, reading)
    return reading
  }

  #link(log: Link, entry: ModelEntry, now: number): Link {
    const { reading, accepted } = this.#fold.apply(log.whole, entry, log.length)
    const { kind } = entry.offer
    const isHold = accepted && (kind === 'start' || kind === 'extend')
    const isTold = accepted && kind === 'progress'
    const isEnd = accepted && reading.job.state === 'ended' && kind !== 'keep'
    return {
      id: this.#links.size + 1,
      before: log,
      length: log.length + 1,
      entry,
      whole: reading,
      heldAt: isHold ? now : log.heldAt,
      told: isTold ? [...log.told, `${entry.by}.${entry.n}`] : log.told,
      ends: log.ends + (isEnd ? 1 : 0),
      violation: accepted ? this.#violation(log, entry, now) : undefined,
    }
  }

  /** What this entry did, in being accepted, that must never be. */
  #violation(log: Link, { by, n, offer }: ModelEntry, now: number): Violation | undefined {
    const { job } = log.whole
    if (offer.kind === 'lapse' && now - log.heldAt < this.#leaseTicks) return 'live lease taken'
    if (offer.kind === 'end' && log.ends > 0) return 'two ends'
    if (offer.kind === 'end' && offer.attempt !== job.attempt) return 'late result accepted'
    if (offer.kind === 'progress' && log.told.includes(`${by}.${n}`)) return 'recorded twice'
    if (offer.kind === 'retry' && job.isCancelling) return 'went on though cancelled'
    return undefined
  }
}
