import { InvalidOptionError } from '../error.ts'
import { showValue } from './shown-text.ts'

/** Units of a duration in ms. A day has 24 hours, whatever the calendar says. */
const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

type Unit = keyof typeof UNITS

/** A time span: milliseconds as a number, or a number with a unit, such as `'500ms'`, `'1.5 s'`, `'2h'`. */
export type Duration = number | `${number}${Unit}` | `${number} ${Unit}`

const DURATION = /^(\d+(?:\.\d+)?) ?(ms|s|m|h|d)$/

/** 100 years: long enough to mean never, and now plus this is still a date. */
const MAX_MS = 36_500 * UNITS.d

/**
 * A duration in whole milliseconds, rounded, though never from something to nothing.
 * @throws InvalidOptionError naming `option`, for anything but a {@link Duration} from 0 to 100 years
 */
export function parseDuration(value: unknown, option: string): number {
  const ms = typeof value === 'number' ? value : msOf(value)
  if (ms >= 0 && ms <= MAX_MS) return ms > 0 ? Math.max(1, Math.round(ms)) : 0
  throw new InvalidOptionError({
    option,
    problem: `\`${option}\` is ${showValue(value)}, which is no duration from 0 to 100 years.`,
    cure: "Give milliseconds as a number, or a text such as '500ms', '1.5 s', '30s', '5m', '2h' or '7d'.",
  })
}

/** n.b. NaN for what is no duration, which no comparison lets pass. */
function msOf(value: unknown): number {
  const [, amount, unit] = (typeof value === 'string' && DURATION.exec(value)) || []
  return isUnit(unit) ? Number(amount) * UNITS[unit] : Number.NaN
}

function isUnit(unit: string | undefined): unit is Unit {
  return unit !== undefined && Object.hasOwn(UNITS, unit)
}

/** A time span in ms for people, to two units: `850 ms`, `12.3 s`, `3m 12s`, `2h 05m`, `4d 07h`; `?` for no number. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '?'
  if (ms < 0) return `-${formatDuration(-ms)}`
  // Each bound lies where rounding would give a full next unit: 59.95 s is 1m 00s, not 60.0 s.
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 3_599_500) return pair(Math.round(ms / 1000), 60, 'm', 's')
  if (ms < 86_370_000) return pair(Math.round(ms / 60_000), 60, 'h', 'm')
  return pair(Math.round(ms / 3_600_000), 24, 'd', 'h')
}

function pair(count: number, base: number, big: string, small: string): string {
  return `${Math.floor(count / base)}${big} ${String(count % base).padStart(2, '0')}${small}`
}
