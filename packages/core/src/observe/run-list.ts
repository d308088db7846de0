import type { Run } from './list-schedule.ts'
import { listSchedule } from './list-schedule.ts'
import { NumberRows } from './number-rows.ts'
import type { Proof } from './proof.ts'

/** An attempt that has ended, in ms since 1970. */
export interface EndedRun extends Run {
  readonly startedAt: number
  readonly endedAt: number
}

/** The attempts that have ended, or what of them lies behind `since`. */
export class RunList {
  readonly #since: number
  /** Start, due time and run time of each. */
  readonly #runs = new NumberRows(3)
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
    const runMs = Math.max(0, run.runMs - (startedAt - run.startedAt))
    this.#runs.push([startedAt, Math.max(run.dueAt, this.#since), runMs])
    this.#lastEnd = Math.max(this.#lastEnd, endedAt)
  }

  clear(): void {
    this.#runs.clear()
    this.#firstStart = undefined
    this.#lastEnd = 0
  }

  schedule(slots: number): Pick<Proof, 'makespanMs' | 'idealMs' | 'efficiency'> {
    const start = this.#firstStart ?? 0
    const makespanMs = Math.max(0, this.#lastEnd - start)
    const idealMs = listSchedule(this.#inOrderOfStart(), slots, start) - start
    return { makespanMs, idealMs, efficiency: makespanMs === 0 ? 1 : idealMs / makespanMs }
  }

  *#inOrderOfStart(): Generator<Run> {
    for (const row of this.#runs.orderBy(0))
      yield { dueAt: this.#runs.at(row, 1), runMs: this.#runs.at(row, 2) }
  }
}
