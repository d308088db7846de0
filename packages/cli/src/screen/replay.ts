import { InvalidOptionError, type Observation } from '@hotline/core'
import { pause } from '../pause.ts'
import type { ReplayClock } from './replay-clock.ts'

/** While the clock stands, or an observation is far off, it is looked at again after so long. */
const NAP_MS = 50

export interface ReplayOptions {
  readonly clock: ReplayClock
  /** `HH:MM:SS` where the reader is, on the day of the recording, or a date as in ISO 8601. What is before comes at once. */
  readonly at: string | undefined
  readonly signal: AbortSignal
}

/** The observations of a recording, each when the clock has come to its time. */
export async function* replay(
  recording: AsyncIterable<Observation>,
  { clock, at, signal }: ReplayOptions,
): AsyncGenerator<Observation> {
  let start: number | undefined
  let latest = 0
  for await (const seen of recording) {
    latest = Math.max(latest, timeOf(seen))
    start ??= at === undefined ? latest : timeWithin(at, latest)
    if (latest <= start) clock.set(latest)
    else if (clock.now() < start) clock.set(start)
    if (!(await reached(clock, latest, signal))) return
    yield seen
  }
  clock.stop()
  clock.set(latest)
}

/** When it was seen. */
export function timeOf(seen: Observation): number {
  return 'seenAt' in seen && seen.seenAt !== undefined ? seen.seenAt : seen.at
}

/** @throws InvalidOptionError */
export function timeWithin(text: string, day: number): number {
  const [, hours, minutes, seconds = '0'] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text) ?? []
  const date = new Date(day)
  if (hours !== undefined && minutes !== undefined) {
    date.setHours(Number(hours), Number(minutes), Number(seconds), 0)
    return date.getTime()
  }
  const time = Date.parse(text)
  if (Number.isFinite(time)) return time
  const problem = `--at is "${text.slice(0, 60)}".`
  throw new InvalidOptionError({ option: 'at', problem, cure: 'Give a time such as 12:03:07.' })
}

async function reached(clock: ReplayClock, at: number, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    const left = clock.until(at)
    if (left <= 0) return !signal.aborted
    if (!(await pause(Math.min(Math.max(left, 1), NAP_MS), signal))) return false
  }
}
