/** A time, in ms since 1970, in which a worker held one attempt and did not run it. */
export interface IdleHold {
  readonly from: number
  readonly to: number
  readonly worker: string
}

/** Most of them at one moment; one that ends when another begins does not overlap it. */
export function peakOf(holds: readonly IdleHold[]): number {
  const steps = holds.flatMap(({ from, to }) => [
    { at: from, by: 1 },
    { at: to, by: -1 },
  ])
  steps.sort((a, b) => a.at - b.at || a.by - b.by)
  let now = 0
  let peak = 0
  for (const { by } of steps) {
    now += by
    peak = Math.max(peak, now)
  }
  return peak
}
