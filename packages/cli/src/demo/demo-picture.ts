import type { Poster } from './poster.ts'

/** Cells of the terminal that the picture takes: half blocks, so twice as many pixels in height. */
export const PICTURE = { columns: 48, rows: 16 } as const

/** Whether the terminal says that it knows 24-bit colours. */
export function hasTrueColour(env: Readonly<Record<string, string | undefined>>): boolean {
  return /^(truecolor|24bit)$/.test(env.COLORTERM ?? '')
}

/** The poster so far, as lines of coloured half blocks. */
export function pictureLines(poster: Poster): string[] {
  const { columns, rows } = PICTURE
  return Array.from({ length: rows }, (_, row) => {
    const cells = Array.from({ length: columns }, (_, column) => {
      const upper = poster.sample(column, row * 2, columns, rows * 2).join(';')
      const lower = poster.sample(column, row * 2 + 1, columns, rows * 2).join(';')
      return `\x1b[38;2;${upper};48;2;${lower}m▀`
    })
    return `${cells.join('')}\x1b[0m`
  })
}
