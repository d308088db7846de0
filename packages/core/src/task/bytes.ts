import { InvalidOptionError } from '../error.ts'
import { showValue } from './shown-text.ts'

const UNITS = {
  B: 1,
  kB: 1000,
  KB: 1000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
} as const

type Unit = keyof typeof UNITS

/** A size: bytes as a number, or a number with a unit, such as `'512 MiB'`, `'1.5GiB'`, `'10 MB'` (10,000,000). */
export type Bytes = number | `${number}${Unit}` | `${number} ${Unit}`

const BYTES = /^(\d+(?:\.\d+)?) ?([A-Za-z]+)$/

/**
 * A size in whole bytes, rounded, though never from something to nothing.
 * @throws InvalidOptionError naming `option`, for anything but a {@link Bytes} from 0 to 2^53 - 1
 */
export function parseBytes(value: unknown, option: string): number {
  const bytes = typeof value === 'number' ? value : bytesOf(value)
  if (bytes >= 0 && bytes <= Number.MAX_SAFE_INTEGER) return bytes > 0 ? Math.max(1, Math.round(bytes)) : 0
  throw new InvalidOptionError({
    option,
    problem: `\`${option}\` is ${showValue(value)}, which is no size in bytes.`,
    cure: "Give bytes as a number, or a text such as '512 MiB', '1.5 GiB', '64 KiB' or '10 MB'.",
  })
}

/** n.b. NaN for what is no size, which no comparison lets pass. */
function bytesOf(value: unknown): number {
  const [, amount, unit] = (typeof value === 'string' && BYTES.exec(value)) || []
  return isUnit(unit) ? Number(amount) * UNITS[unit] : Number.NaN
}

function isUnit(unit: string | undefined): unit is Unit {
  return unit !== undefined && Object.hasOwn(UNITS, unit)
}

const STEPS = ['KiB', 'MiB', 'GiB', 'TiB'] as const

/** A number of bytes for people, to three digits: `512 B`, `1.5 KiB`, `256 KiB`, `1.23 GiB`; `?` for no number. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return '?'
  if (bytes < 0) return `-${formatBytes(-bytes)}`
  if (bytes < 1023.5) return `${Math.round(bytes)} B`
  let size = bytes / 1024
  let step = 0
  // 1023.5 and more would show as 1024 of one unit: that is 1 of the next.
  for (; size >= 1023.5 && step < STEPS.length - 1; step++) size /= 1024
  return `${threeDigits(size)} ${STEPS[step]}`
}

function threeDigits(size: number): string {
  if (size < 9.995) return trimmed(size.toFixed(2))
  return trimmed(size < 99.95 ? size.toFixed(1) : size.toFixed(0))
}

function trimmed(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits
}
