/** What one round measured, by name, in the unit of its contest. */
export type Figures = Readonly<Record<string, number>>

/** What has to hold of the median of one figure, or of the median of the ratios of two in the same round. */
export interface Target {
  readonly of: string
  /** Missing: the figure itself is compared. */
  readonly to?: string
  readonly atMost?: number
  readonly atLeast?: number
}

/** One question to the machine. Opened once; then its rounds alternate with nothing in between. */
export interface Contest {
  readonly name: string
  readonly title: string
  readonly unit: string
  readonly targets: readonly Target[]
  open(): Promise<Field>
}

/** The contenders, warm and ready. */
export interface Field {
  /** Each is a side; a round is one call of each, in order. */
  readonly sides: readonly (() => Promise<Figures>)[]
  /** Who could not take part, and why. */
  readonly absent?: readonly string[]
  close(): Promise<void>
}

/** All rounds of one figure. */
export interface Series {
  readonly name: string
  readonly values: readonly number[]
  readonly median: number
  readonly least: number
  readonly most: number
}

export interface Verdict {
  readonly says: string
  readonly value: number
  readonly isMet: boolean
}

export interface Outcome {
  readonly name: string
  readonly title: string
  readonly unit: string
  readonly rounds: number
  readonly series: readonly Series[]
  readonly verdicts: readonly Verdict[]
  readonly absent: readonly string[]
}

/** Runs the rounds A B C A B C …, after one that does not count. */
export async function hold(
  contest: Contest,
  rounds: number,
  onRound: (round: number) => void,
): Promise<Outcome> {
  const { name, title, unit, targets } = contest
  const field = await contest.open()
  const figures = new Map<string, number[]>()
  try {
    for (let round = 0; round <= rounds; round++) {
      onRound(round)
      for (const side of field.sides) {
        const measured = Object.entries(await side())
        if (round === 0) continue
        for (const [figure, value] of measured) figures.set(figure, [...(figures.get(figure) ?? []), value])
      }
    }
  } finally {
    await field.close()
  }
  const series = [...figures].map(([figure, values]) => seriesOf(figure, values))
  const verdicts = targets.flatMap((target) => verdictOf(target, series) ?? [])
  return { name, title, unit, rounds, series, verdicts, absent: field.absent ?? [] }
}

function seriesOf(name: string, values: readonly number[]): Series {
  return { name, values, median: medianOf(values), least: Math.min(...values), most: Math.max(...values) }
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}

/** None when a figure is missing, since a contender was absent. */
function verdictOf({ of, to, atMost, atLeast }: Target, series: readonly Series[]): Verdict | undefined {
  const valuesOf = (name: string) => series.find((one) => one.name === name)?.values
  const above = valuesOf(of)
  const below = to === undefined ? above?.map(() => 1) : valuesOf(to)
  if (above === undefined || below === undefined) return undefined
  // A machine that others share drifts from round to round; within one round both sides have the same machine.
  const value = medianOf(above.map((figure, round) => figure / (below[round] ?? Number.NaN)))
  const bound = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`
  const isMet = atMost === undefined ? value >= (atLeast ?? 0) : value <= atMost
  return { says: `${to === undefined ? of : `${of} / ${to}`}: ${bound}`, value, isMet }
}
