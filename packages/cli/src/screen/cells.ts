import type { Tone } from '../render/colour.ts'
import type { Page } from '../render/page.ts'
import { steadyText } from '../render/steady-text.ts'
import { cutText, padText, textWidth } from '../render/text-width.ts'

/** A part of a line. Its text may come from anywhere; it is made inert here. */
export interface Cell {
  readonly text: string
  /** How many cells it takes, filled up or cut; 0 = what is left of the line. */
  readonly width: number
  readonly tone?: Tone
  readonly isNumber?: boolean
  /** Left out on lines narrower than that. Default 0. */
  readonly from?: number
}

/** The cells as one line of at most `page.width`, a space between them. Those without a width share what is left. */
export function lineOf(cells: readonly Cell[], page: Page): string {
  const shown = cells.filter(({ from = 0 }) => page.width >= from)
  const fixed = shown.reduce((sum, { width }) => sum + width, 0) + shown.length - 1
  const flexible = shown.filter(({ width }) => width === 0).length
  const share = Math.max(0, Math.floor((page.width - fixed) / Math.max(1, flexible)))
  let left = page.width
  const parts: string[] = []
  for (const { text, width: wanted, tone = 'plain', isNumber = false } of shown) {
    const width = Math.min(left, wanted === 0 ? share : wanted)
    const cut = cutText(steadyText(text), width)
    const fill = ' '.repeat(Math.max(0, width - textWidth(cut)))
    parts.push(page.paint(tone, isNumber ? fill + cut : padText(cut, width)))
    left -= width + 1
    if (left <= 0) break
  }
  return parts.join(' ')
}

/** How wide a column of names is: as wide as its longest, from 8 cells to three tenths of the line. */
export function nameWidth(names: Iterable<string>, { width }: Page): number {
  const most = Math.max(8, Math.floor(width * 0.3))
  let longest = 8
  for (const name of names) longest = Math.max(longest, textWidth(steadyText(name)))
  return Math.min(longest, most)
}

/** A text of ours or of strangers as one whole line. */
export function textLine(text: string, tone: Tone, { width, paint }: Page): string {
  return paint(tone, cutText(steadyText(text), width))
}
