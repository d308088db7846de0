import { type Bar, formatDuration, type Proof, type RunningStep, type SlotTimeline } from '@hotline/core'
import { markup } from './markup.ts'
import { TimeAxis } from './time-axis.ts'

const WIDTH = 1100
const LEFT = 190
const RIGHT = 14
const ROW = 17
const BAR = 13
const GRAPH = 64
const AXIS = 24
/** Above this, bars of a row are one shape without texts of their own, so that the page stays small. */
const MOST_TITLED = 3000

interface Row {
  readonly worker: string
  readonly slot: number
  readonly bars: readonly Bar[]
}

/** The slots as a picture: on top how many jobs were under way against the limit, below a row for each slot. */
export function timelineSvg(timeline: SlotTimeline, proof: Proof): string {
  const bars = timeline.bars()
  if (bars.length === 0) return '<p class="quiet">No attempt ran.</p>'
  const rows = rowsOf(bars)
  const times = {
    // What began before is cut off there: it may have run for days.
    from: Math.max(
      timeline.since,
      bars.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY),
    ),
    to: bars.reduce((most, { to }) => Math.max(most, to), 0),
  }
  const axis = new TimeAxis(times, LEFT, WIDTH - LEFT - RIGHT)
  const top = GRAPH + AXIS
  const height = top + rows.length * ROW + 6
  const guilty = new Set(proof.violations.flatMap(({ jobs }) => jobs))
  const isTitled = bars.length <= MOST_TITLED
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Slots over time">`,
    ...axis
      .ticks()
      .map(
        ({ x, label }) =>
          `<path class="grid" d="M${x} 14V${height}"/><text class="tick" x="${x}" y="${GRAPH + 16}">${label}</text>`,
      ),
    graph(timeline.steps(), axis, proof),
    ...rows.map((row, index) =>
      rowSvg(row, rows[index - 1], { y: top + index * ROW, axis, guilty, isTitled }),
    ),
    '</svg>',
  ].join('\n')
}

/** Workers as they come, their slots by number. */
function rowsOf(bars: readonly Bar[]): Row[] {
  const workers = new Map<string, Map<number, Bar[]>>()
  for (const bar of bars.toSorted((a, b) => a.from - b.from)) {
    const slots = workers.get(bar.worker) ?? new Map<number, Bar[]>()
    workers.set(bar.worker, slots)
    slots.set(bar.slot, [...(slots.get(bar.slot) ?? []), bar])
  }
  return [...workers].flatMap(([worker, slots]) =>
    [...slots].sort(([a], [b]) => a - b).map(([slot, own]) => ({ worker, slot, bars: own })),
  )
}

interface RowPlace {
  readonly y: number
  readonly axis: TimeAxis
  readonly guilty: ReadonlySet<string>
  readonly isTitled: boolean
}

function rowSvg(row: Row, above: Row | undefined, place: RowPlace): string {
  const { y } = place
  const isFirst = above?.worker !== row.worker
  const name = isFirst ? `<text class="name" x="0" y="${y + 11}">${markup(shortName(row.worker))}</text>` : ''
  const line = isFirst ? `<path class="rule" d="M0 ${y - 1.5}H${WIDTH}"/>` : ''
  const slot = `<text class="slot" x="${LEFT - 8}" y="${y + 11}">${row.slot}</text>`
  const bars = place.isTitled ? row.bars.map((bar) => barSvg(bar, place)) : shapes(row.bars, place)
  return [line, name, slot, ...bars].join('')
}

/** The end of a worker's id is what tells it from others. */
function shortName(worker: string): string {
  return worker.length <= 26 ? worker : `…${worker.slice(-25)}`
}

function barSvg(bar: Bar, { y, axis, guilty }: RowPlace): string {
  const { jobId, task, attempt, from, to, ended } = bar
  const x = axis.x(from)
  const width = Math.max(0.6, axis.x(to) - x - 0.4)
  const title = `${jobId} ${task}, attempt ${attempt}: ${ended} after ${formatDuration(to - from)}`
  const kind = guilty.has(jobId) ? `${ended} guilty` : ended
  const box = `x="${x}" y="${y}" width="${width.toFixed(1)}" height="${BAR}"`
  return `<rect class="${kind}" ${box}><title>${markup(title)}</title></rect>`
}

/** The bars of a row as one shape for each way to end. */
function shapes(bars: readonly Bar[], { y, axis, guilty }: RowPlace): string[] {
  const paths = new Map<string, string[]>()
  for (const { jobId, from, to, ended } of bars) {
    const kind = guilty.has(jobId) ? `${ended} guilty` : ended
    const x = axis.x(from)
    const width = Math.max(0.6, axis.x(to) - x - 0.4).toFixed(1)
    paths.set(kind, [...(paths.get(kind) ?? []), `M${x} ${y}h${width}v${BAR}h-${width}z`])
  }
  return [...paths].map(([kind, parts]) => `<path class="${kind}" d="${parts.join('')}"/>`)
}

/** How many were under way, as a step for each pixel: the most in it. The limit is the line above. */
function graph(steps: readonly RunningStep[], axis: TimeAxis, { limit, peakRunning }: Proof): string {
  const most = Math.max(1, limit, peakRunning)
  const height = (count: number): number => Math.round((GRAPH - (count / most) * (GRAPH - 16)) * 10) / 10
  const path: string[] = [`M${LEFT} ${GRAPH}`]
  let count = 0
  let pixel = LEFT
  let peak = 0
  for (const { at, running } of steps) {
    const x = Math.max(pixel, Math.floor(axis.x(at)))
    if (x > pixel) {
      path.push(`V${height(peak)}H${pixel + 1}V${height(count)}H${x}`)
      pixel = x
      peak = count
    }
    count = running
    peak = Math.max(peak, count)
  }
  path.push(`V${height(peak)}H${pixel + 1}V${GRAPH}z`)
  const y = height(limit)
  return [
    `<path class="running" d="${path.join('')}"/>`,
    `<path class="limit" d="M${LEFT} ${y}H${WIDTH - RIGHT}"/>`,
    `<text class="slot" x="${LEFT - 8}" y="${y + 4}">limit ${limit}</text>`,
    `<text class="slot" x="${LEFT - 8}" y="${GRAPH}">0</text>`,
    `<text class="name" x="0" y="${y + 4}">jobs under way</text>`,
  ].join('\n')
}
