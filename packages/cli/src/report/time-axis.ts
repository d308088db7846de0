import { formatDuration } from '@hotline/core'

/** A time and where it lies in the picture. */
export interface Tick {
  readonly x: number
  readonly label: string
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Steps that people count in, in ms. */
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 20, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 20, 30].map((count) => count * MINUTE),
  ...[1, 2, 4, 8, 12, 24, 48, 96, 168].map((count) => count * HOUR),
]
const MOST_TICKS = 10

/** From times in ms to places in px. */
export class TimeAxis {
  readonly from: number
  readonly #span: number
  readonly #left: number
  readonly #width: number

  constructor(times: { readonly from: number; readonly to: number }, left: number, width: number) {
    this.from = times.from
    this.#span = Math.max(1, times.to - times.from)
    this.#left = left
    this.#width = width
  }

  /** Rounded to tenths, which nobody can tell apart; what came before the axis lies at its beginning. */
  x(at: number): number {
    return Math.round((this.#left + (Math.max(0, at - this.from) / this.#span) * this.#width) * 10) / 10
  }

  /** Ticks at round times after the beginning. */
  ticks(): Tick[] {
    const step = STEPS.find((ms) => this.#span / ms <= MOST_TICKS) ?? this.#span
    const count = Math.floor(this.#span / step)
    return Array.from({ length: count + 1 }, (_, index) => ({
      x: this.x(this.from + index * step),
      label: index === 0 ? '0' : formatDuration(index * step).replace('.0 s', ' s'),
    }))
  }
}
