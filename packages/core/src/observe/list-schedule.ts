import { SlotSchedule } from './slot-schedule.ts'

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
  const schedule = new SlotSchedule(slots, start)
  let end = start
  for (const run of runs) end = Math.max(end, schedule.place(run))
  return end
}
