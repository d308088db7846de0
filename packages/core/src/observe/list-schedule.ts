/** One attempt as a schedule sees it, in ms. */
export interface Run {
  /** The moment before which it could not start: its delay, or the end of a backoff. */
  readonly dueAt: number
  readonly runMs: number
}

/**
 * When the last of the runs would end if nothing ever stood between a free slot and the next run: each, in the order
 * given, goes to the slot that is free first, at `start` or later, and not before it is due.
 *
 * @param slots Number of runs at once, 1 or more.
 * @returns ms since 1970, `start` if there are no runs.
 */
export function listSchedule(runs: Iterable<Run>, slots: number, start: number): number {
  const freeAt = new Array<number>(Math.max(1, Math.floor(slots))).fill(start)
  let end = start
  for (const { dueAt, runMs } of runs) {
    const slot = earliest(freeAt)
    const endsAt = Math.max(freeAt[slot] ?? start, dueAt) + runMs
    freeAt[slot] = endsAt
    end = Math.max(end, endsAt)
  }
  return end
}

function earliest(times: readonly number[]): number {
  let first = 0
  for (let index = 1; index < times.length; index++) {
    if ((times[index] ?? 0) < (times[first] ?? 0)) first = index
  }
  return first
}
