import { formatDuration } from '@hotline/core'

/** The time of day where the reader is: `14:03:27.042`. */
export function timeOfDay(at: number): string {
  const date = new Date(at)
  const ms = String(date.getMilliseconds()).padStart(3, '0')
  return `${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}.${ms}`
}

/** `2031-05-04 14:03:27`, and how long ago. */
export function moment(at: number, now: number): string {
  const date = new Date(at)
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${timeOfDay(at).slice(0, 8)} (${distance(at, now)})`
}

/** `3m 12s ago`, `in 5.0 s`. */
export function distance(at: number, now: number): string {
  return at > now ? `in ${formatDuration(at - now)}` : `${formatDuration(now - at)} ago`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
