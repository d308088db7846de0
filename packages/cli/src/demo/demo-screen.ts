import type { Io } from '../io.ts'
import { pause } from '../pause.ts'
import { type Page, pageOf } from '../render/page.ts'
import { type DemoStanding, panelLines, plainLine } from './demo-panel.ts'
import { hasTrueColour, PICTURE, pictureLines } from './demo-picture.ts'
import type { Poster } from './poster.ts'

/** What the screen looks at, over and over. */
export interface DemoScene {
  readonly poster: Poster
  readonly isColoured: boolean
  standing(): DemoStanding
}

const LIVE_EVERY_MS = 120
const PLAIN_EVERY_MS = 1000
const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const GAP = '  '

/**
 * Shows the demo until `signal` aborts: on a terminal lines that are redrawn in place, with the picture as it grows
 * where the terminal has the colours for it; elsewhere a line per second.
 */
export async function showDemo(scene: DemoScene, io: Io, signal: AbortSignal): Promise<void> {
  if (io.isTerminal) await showLive(scene, io, signal)
  else await showPlain(scene, io, signal)
}

async function showPlain({ standing }: DemoScene, io: Io, signal: AbortSignal): Promise<void> {
  while (await pause(PLAIN_EVERY_MS, signal)) await io.stdout.write(`${plainLine(standing())}\n`)
  await io.stdout.write(`${plainLine(standing())}\n`)
}

async function showLive(scene: DemoScene, io: Io, signal: AbortSignal): Promise<void> {
  let drawn = 0
  const draw = async (): Promise<void> => {
    const lines = frame(scene, io)
    const up = drawn === 0 ? '' : `\x1b[${drawn}A`
    await io.stdout.write(`${up}${lines.map((line) => `\x1b[2K${line}\n`).join('')}\x1b[0J`)
    drawn = lines.length
  }
  await io.stdout.write(HIDE_CURSOR)
  try {
    do await draw()
    while (await pause(LIVE_EVERY_MS, signal))
    await draw()
  } finally {
    await io.stdout.write(SHOW_CURSOR)
  }
}

/** One picture of the screen, as lines. */
export function frame({ poster, isColoured, standing }: DemoScene, io: Io): string[] {
  const page = pageOf(io)
  const panelWidth = page.width - PICTURE.columns - GAP.length
  const hasPicture = isColoured && hasTrueColour(io.env) && panelWidth >= 28
  const paint: Page['paint'] = isColoured ? page.paint : (_, text) => text
  const width = hasPicture ? panelWidth : page.width
  const panel = panelLines(standing(), { ...page, paint, width })
  if (!hasPicture) return panel
  const picture = pictureLines(poster)
  const rows = Math.max(panel.length, picture.length)
  const blank = ' '.repeat(PICTURE.columns)
  return Array.from({ length: rows }, (_, row) => `${picture[row] ?? blank}${GAP}${panel[row] ?? ''}`)
}
