/** How long a job waits after a failed attempt: `initial * factor^(n-1)`, capped at `max`, spread by `jitter`. */
export interface Backoff {
  readonly initialMs: number
  readonly factor: number
  readonly maxMs: number
  /** 0 to 1: the wait is drawn evenly from `wait * (1 ± jitter)`. */
  readonly jitter: number
}

/** The wait after the `failures`-th failure (1 = the first), in whole ms. `random` yields 0 to 1. */
export function backoffDelay(backoff: Backoff, failures: number, random: () => number): number {
  const wait = Math.min(backoff.initialMs * backoff.factor ** (failures - 1), backoff.maxMs)
  return Math.round(wait * (1 + backoff.jitter * (2 * random() - 1)))
}
