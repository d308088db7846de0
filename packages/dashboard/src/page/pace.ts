import type { HotlineEvent, JobRecord } from '@hotline/core'

/** Length of one step of the charts, and how many they show: five minutes. */
export const STEP_MS = 2000
export const STEPS = 150
/** Durations that one step keeps to tell their median from, at most. */
const MOST_SAMPLES = 200

/** What happened within one step. */
export interface Step {
  succeeded: number
  failed: number
  /** Of starts: from due to started, in ms. */
  readonly waits: number[]
  /** Of attempts that ended, in ms. */
  readonly runs: number[]
}

/** How many jobs ended and how long they took, step by step. */
export class Pace {
  readonly #steps = new Map<number, Step>()
  #newest = 0

  see(event: HotlineEvent): void {
    const step = this.#at(event.at)
    if (event.type === 'job.succeeded') step.succeeded += 1
    if (event.type === 'job.failed') step.failed += 1
    if (event.type === 'job.started') sample(step.waits, event.waitMs)
    if ('runMs' in event && event.runMs !== undefined) sample(step.runs, event.runMs)
  }

  /** Takes what a job that was listed tells of the time before the page was opened. */
  recall({ state, finishedAt, attempts }: JobRecord): void {
    if (finishedAt !== undefined && (state === 'succeeded' || state === 'failed'))
      this.#at(finishedAt)[state] += 1
    for (const { startedAt, waitMs, endedAt, runMs } of attempts) {
      sample(this.#at(startedAt).waits, waitMs)
      if (endedAt !== undefined && runMs !== undefined) sample(this.#at(endedAt).runs, runMs)
    }
  }

  clear(): void {
    this.#steps.clear()
  }

  /** The last steps up to `now`, the oldest first. */
  steps(now: number): Step[] {
    const last = Math.floor(now / STEP_MS)
    return Array.from(
      { length: STEPS },
      (_, index) => this.#steps.get(last - STEPS + 1 + index) ?? emptyStep(),
    )
  }

  /** Steps that are long past, such as of jobs of yesterday, are not kept. */
  #at(time: number): Step {
    const number = Math.floor(time / STEP_MS)
    this.#newest = Math.max(this.#newest, number)
    const step = this.#steps.get(number) ?? emptyStep()
    if (number > this.#newest - STEPS) this.#steps.set(number, step)
    if (this.#steps.size > 2 * STEPS)
      for (const known of [...this.#steps.keys()])
        if (known <= this.#newest - STEPS) this.#steps.delete(known)
    return step
  }
}

function emptyStep(): Step {
  return { succeeded: 0, failed: 0, waits: [], runs: [] }
}

function sample(durations: number[], ms: number): void {
  if (durations.length < MOST_SAMPLES) durations.push(ms)
}

/** The value that a share of the durations does not exceed; `undefined` of none. */
export function quantile(durations: readonly number[], share: number): number | undefined {
  const sorted = durations.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}
