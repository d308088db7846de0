import { formatDuration } from '@hotline/core'
import type { Page } from '../render/page.ts'
import { cutText, padText } from '../render/text-width.ts'
import type { BusySlot, DemoBoard } from './demo-board.ts'

/** Where the demo stands. */
export interface DemoStanding {
  readonly board: DemoBoard
  /** Share of the poster that is there, from 0 to 1. */
  readonly done: number
  readonly title: string
  readonly elapsedMs: number
}

/** More slots than that are summed up, so that the panel fits on a screen of 24 lines. */
const MOST_SLOTS = 8
const BAR_CELLS = 6
const NAME_CELLS = 13
const MIB = 1024 ** 2

/** The demo at one moment: the poster, a line per slot, and what became of the jobs. */
export function panelLines({ board, done, title, elapsedMs }: DemoStanding, page: Page): string[] {
  const { paint, width } = page
  const cut = (text: string): string => cutText(text, width)
  const { succeeded, failed, cancelled, expired, retried, lost } = board.counts
  return [
    `${paint('strong', 'hotline demo')}  ${paint('quiet', formatDuration(elapsedMs))}`,
    paint('quiet', cut(title)),
    `${paint('active', bar(done, BAR_CELLS))} ${percent(done)}`,
    '',
    ...slotLines(board, page),
    '',
    paint(board.running > board.limit ? 'bad' : 'good', cut(`running ${board.running} of ${board.limit}`)),
    cut(`held and not run ${board.peakHeldIdle}`),
    cut(`waiting ${board.waiting}`),
    cut(`succeeded ${succeeded}, failed ${failed}`),
    cut(`cancelled ${cancelled}, expired ${expired}`),
    paint('quiet', cut(`attempts lost ${lost}, retried ${retried}`)),
  ]
}

function slotLines(board: DemoBoard, page: Page): string[] {
  const lines: string[] = []
  for (let slot = 0; slot < Math.min(board.limit, MOST_SLOTS); slot++) {
    const busy = board.slots.get(slot)
    const rss = board.rss.get(slot)
    lines.push(busy === undefined ? page.paint('quiet', `${slot} -`) : slotLine(slot, busy, { page, rss }))
  }
  const more = board.limit - MOST_SLOTS
  return more > 0 ? [...lines, page.paint('quiet', `and ${more} more slots`)] : lines
}

function slotLine(
  slot: number,
  busy: BusySlot,
  { page, rss }: { page: Page; rss: number | undefined },
): string {
  const { task, progress, isStopping, since } = busy
  const name = padText(cutText(task, NAME_CELLS), NAME_CELLS)
  const ran = formatDuration(Math.max(0, page.now - since))
  const doing = isStopping ? 'stops' : progress === undefined ? ran : bar(progress, BAR_CELLS)
  const tone = isStopping ? 'stopped' : task === 'render-tile' ? 'active' : 'warning'
  const memory = rss === undefined ? '' : ` ${Math.round(rss / MIB)} MiB`
  const room = page.width - textOf(slot).length - NAME_CELLS - BAR_CELLS - 1
  const shown = cutText(memory, Math.max(0, room))
  return `${textOf(slot)}${page.paint(tone, name)} ${page.paint(tone, padText(doing, BAR_CELLS))}${page.paint('quiet', shown)}`
}

function textOf(slot: number): string {
  return `${slot} `
}

/** One line for those who read a pipe. */
export function plainLine({ board, done, elapsedMs }: DemoStanding): string {
  const { succeeded, failed, cancelled, expired, retried, lost } = board.counts
  return [
    formatDuration(elapsedMs).padStart(7),
    `poster ${percent(done)}`,
    `running ${board.running} of ${board.limit}`,
    `waiting ${board.waiting}`,
    `succeeded ${succeeded}`,
    `failed ${failed}`,
    `cancelled ${cancelled}`,
    `expired ${expired}`,
    `attempts lost ${lost}, retried ${retried}`,
  ].join('  ')
}

function bar(share: number, cells: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * cells)
  return '█'.repeat(full) + '░'.repeat(cells - full)
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`.padStart(5)
}
