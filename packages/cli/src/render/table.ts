import type { Tone } from './colour.ts'
import { inertText } from './inert-text.ts'
import type { Page } from './page.ts'
import { cutText, padText, textWidth } from './text-width.ts'

/** One column: its title, and what it shows of a row. Texts may come from anywhere; they are made inert here. */
export interface Column<Row> {
  readonly title: string
  readonly text: (row: Row) => string
  readonly tone?: (row: Row) => Tone
  readonly isNumber?: boolean
}

interface Cell {
  readonly text: string
  readonly tone: Tone
}

/** Titles, then a line per row, aligned; each line is cut to the page, so the least telling column comes last. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], page: Page): string[] {
  const head = columns.map(({ title }): Cell => ({ text: title, tone: 'quiet' }))
  const body = rows.map((row) =>
    columns.map(({ text, tone }): Cell => ({ text: inertText(text(row)), tone: tone?.(row) ?? 'plain' })),
  )
  const lines = [head, ...body]
  const widths = columns.map((_, index) =>
    Math.max(...lines.map((cells) => textWidth(cells[index]?.text ?? ''))),
  )
  return lines.map((cells) => line(cells, { columns, widths, page }))
}

function line<Row>(
  cells: readonly Cell[],
  { columns, widths, page }: { columns: readonly Column<Row>[]; widths: readonly number[]; page: Page },
): string {
  let left = page.width
  const painted: string[] = []
  for (const [index, { text, tone }] of cells.entries()) {
    if (left <= 0) break
    const width = widths[index] ?? 0
    const isLast = index === cells.length - 1
    const filled =
      columns[index]?.isNumber === true ? text.padStart(width) : padText(text, isLast ? 0 : width)
    const shown = cutText(filled, left)
    left -= textWidth(shown) + 2
    painted.push(page.paint(tone, shown))
  }
  return painted.join('  ').trimEnd()
}
