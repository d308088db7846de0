/** Names under which handlers report how far they are: a share from 0 to 1. */
const SHARES = ['share', 'done', 'progress', 'fraction'] as const
const PERCENTS = ['percent', 'percentage'] as const
const WHOLES = ['total', 'of'] as const

/**
 * How far a job is, from 0 to 1, if its progress tells: a number of that size, `{ done: 0.4 }`, `{ done: 4, total: 10 }`
 * or `{ percent: 40 }`. `undefined` for any other.
 */
export function progressShare(progress: unknown): number | undefined {
  if (typeof progress === 'number') return shareOf(progress)
  if (typeof progress !== 'object' || progress === null) return undefined
  const numberOf = (names: readonly string[]): number | undefined =>
    names.map((name): unknown => Reflect.get(progress, name)).find((value) => typeof value === 'number')
  const percent = numberOf(PERCENTS)
  if (percent !== undefined) return shareOf(percent / 100)
  const done = numberOf(SHARES)
  const whole = numberOf(WHOLES)
  if (done === undefined) return undefined
  return shareOf(whole === undefined || whole <= 0 ? done : done / whole)
}

function shareOf(value: number): number | undefined {
  return value >= 0 && value <= 1 ? value : undefined
}

/** `71 %`, rounded down: what is not done does not read as done. */
export function percentText(share: number): string {
  return `${Math.floor(share * 100)} %`
}
