import type { Run } from './list-schedule.ts'
import { listSchedule } from './list-schedule.ts'
import type { Proof } from './proof.ts'

/** An attempt that has ended, in ms since 1970. */
export interface EndedRun extends Run {
  readonly startedAt: number
  readonly endedAt: number
}

/** Runs that there is room for at first. */
const LEAST_ROOM = 1024

/** The attempts that have ended, or what of them lies behind `since`. Three numbers for each, side by side: there may be millions. */
export class RunList {
  readonly #since: number
  #startedAt = new Float64Array(LEAST_ROOM)
  #dueAt = new Float64Array(LEAST_ROOM)
  #runMs = new Float64Array(LEAST_ROOM)
  #count = 0
  #firstStart: number | undefined
  #lastEnd = 0

  constructor(since: number) {
    this.#since = since
  }

  /** An attempt starts, ended or not. */
  start(at: number): void {
    this.#firstStart ??= at
  }

  add({ endedAt, ...run }: EndedRun): void {
    const startedAt = Math.max(run.startedAt, this.#since)
    if (this.#count === this.#startedAt.length) this.#grow()
    this.#startedAt[this.#count] = startedAt
    this.#dueAt[this.#count] = Math.max(run.dueAt, this.#since)
    this.#runMs[this.#count] = Math.max(0, run.runMs - (startedAt - run.startedAt))
    this.#count += 1
    this.#lastEnd = Math.max(this.#lastEnd, endedAt)
  }

  clear(): void {
    this.#count = 0
    this.#firstStart = undefined
    this.#lastEnd = 0
  }

  schedule(slots: number): Pick<Proof, 'makespanMs' | 'idealMs' | 'efficiency'> {
    const start = this.#firstStart ?? 0
    const makespanMs = Math.max(0, this.#lastEnd - start)
    const idealMs = listSchedule(this.#byStart(), slots, start) - start
    return { makespanMs, idealMs, efficiency: makespanMs === 0 ? 1 : idealMs / makespanMs }
  }

  /** In the order of their starts; those of one moment as they ended. */
  *#byStart(): Generator<Run> {
    const order = Uint32Array.from({ length: this.#count }, (_, index) => index)
    order.sort((a, b) => (this.#startedAt[a] ?? 0) - (this.#startedAt[b] ?? 0) || a - b)
    for (const index of order) yield { dueAt: this.#dueAt[index] ?? 0, runMs: this.#runMs[index] ?? 0 }
  }

  #grow(): void {
    this.#startedAt = doubled(this.#startedAt)
    this.#dueAt = doubled(this.#dueAt)
    this.#runMs = doubled(this.#runMs)
  }
}

function doubled(numbers: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * numbers.length)
  larger.set(numbers)
  return larger
}
