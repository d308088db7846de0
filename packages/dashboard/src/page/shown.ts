/** How the page writes times, sizes and values. Whatever comes from outside is made inert first. */
import type { JobRecord, JsonValue } from '@hotline/core'
import { formatBytes, inertLines, inertText } from '@hotline/core'

/** Longest text of one cell, in UTF-16 units. */
const LONGEST = 400

export function shownText(text: string): string {
  return inertText(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
}

/** A text whose lines are kept, such as a stack. */
export function shownLines(text: string): string {
  return inertLines(text).join('\n')
}

export function shownValue(value: JsonValue | undefined, space?: number): string {
  const text = JSON.stringify(value, undefined, space) ?? ''
  return space === undefined ? shownText(text) : shownLines(text)
}

/** On one line if it is short. */
export function shownPayload(value: JsonValue): string {
  const text = shownValue(value)
  return text.length <= 100 ? text : shownValue(value, 2)
}

export function shownMs(ms: number | undefined): string {
  if (ms === undefined) return '–'
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  const seconds = ms / 1000
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} m ${Math.floor(seconds % 60)} s`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} m` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

export function shownBytes(bytes: number | undefined): string {
  return bytes === undefined ? '–' : formatBytes(bytes)
}

export function shownTime(ms: number): string {
  const time = new Date(ms)
  const isToday = time.toDateString() === new Date().toDateString()
  const clock = time.toLocaleTimeString('en-GB')
  return isToday ? clock : `${time.toLocaleDateString('en-CA')} ${clock}`
}

/** The digits of an id that differ most. */
export function shortId(id: string): string {
  return id.slice(-8)
}

/** How much of a job is done, from 0 to 1, where its progress says so: a share, `done`, or `done` of `total`. */
export function shareOf(progress: JsonValue | undefined): number | undefined {
  if (typeof progress === 'number') return within(progress)
  if (typeof progress !== 'object' || progress === null || Array.isArray(progress)) return undefined
  const done: unknown = Reflect.get(progress, 'done')
  const total: unknown = Reflect.get(progress, 'total')
  if (typeof done !== 'number') return undefined
  return within(typeof total === 'number' && total > 0 ? done / total : done)
}

function within(share: number): number | undefined {
  return share >= 0 && share <= 1 ? share : undefined
}

/** How long the job has waited, runs, or ran. */
export function durationOf(record: JobRecord, now: number): string {
  const last = record.attempts.at(-1)
  if (record.state === 'running') return shownMs(now - (last?.startedAt ?? now))
  if (record.finishedAt !== undefined) return last === undefined ? '–' : shownMs(last.runMs ?? lengthOf(last))
  return shownMs(Math.max(0, now - Math.max(record.queuedAt, record.runAt)))
}

function lengthOf({
  startedAt,
  endedAt,
}: {
  readonly startedAt: number
  readonly endedAt?: number | undefined
}) {
  return endedAt === undefined ? undefined : endedAt - startedAt
}
