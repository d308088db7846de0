// Draws what a terminal of tmux shows as an SVG, with its colours, for the pages:
//
//   tmux capture-pane -e -p | node scripts/terminal-picture.ts 'hotline events' > docs/pictures/screen.svg
//
// Nothing but text and rectangles: the picture stays small, sharp and readable by programs.

import { readFileSync } from 'node:fs'

interface Style {
  colour: string | undefined
  isBold: boolean
  isDim: boolean
}

interface Run extends Style {
  readonly column: number
  readonly text: string
}

const CELL = { width: 8.4, height: 18, size: 14 } as const
const PAD = 18
const BAR = 34
const PAPER = '#0d1424'
const INK = '#d7dee9'

/** The eight colours of a terminal, by the numbers that select them. */
const COLOURS: Readonly<Record<string, string>> = {
  '30': '#3b4459',
  '31': '#ff7b72',
  '32': '#6bd48f',
  '33': '#f2c46d',
  '34': '#79b8ff',
  '35': '#d5a6ff',
  '36': '#5fd7e6',
  '37': INK,
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what it looks for
const ESCAPE = /(\u001b\[[\d;]*m)/
const style: Style = { colour: undefined, isBold: false, isDim: false }
const [title = ''] = process.argv.slice(2)
const lines = readFileSync(0, 'utf8').trimEnd().split('\n')
const columns = Math.max(...lines.map((line) => [...plain(line)].length))
process.stdout.write(picture())

function picture(): string {
  const width = Math.ceil(columns * CELL.width + 2 * PAD)
  const height = lines.length * CELL.height + 2 * PAD + BAR - 8
  const dots = ['#ff7b72', '#f2c46d', '#6bd48f'].map(
    (colour, index) => `<circle cx="${PAD + 6 + index * 18}" cy="${BAR / 2 + 4}" r="5.5" fill="${colour}"/>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${width}" height="${height}" rx="10" fill="${PAPER}"/>`,
    ...dots,
    `<text x="${width / 2}" y="${BAR / 2 + 8}" text-anchor="middle" font-family="system-ui, sans-serif" font-size="13" fill="#8793a8">${escaped(title)}</text>`,
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${CELL.size}" fill="${INK}" xml:space="preserve">`,
    ...lines.map((line, row) => lineSvg(line, row)).filter((line) => line !== ''),
    '</g>',
    '</svg>\n',
  ].join('\n')
}

function lineSvg(line: string, row: number): string {
  const y = BAR + PAD - 6 + (row + 0.8) * CELL.height
  return runsOf(line)
    .filter(({ text }) => text.trim() !== '')
    .map((run) => textSvg(run, y))
    .join('')
}

/** `textLength` keeps the columns where they are, whichever font there is. */
function textSvg({ column, text, colour, isBold, isDim }: Run, y: number): string {
  const x = (PAD + column * CELL.width).toFixed(1)
  const look = [
    colour === undefined ? '' : ` fill="${colour}"`,
    isBold ? ' font-weight="700"' : '',
    isDim ? ' opacity="0.55"' : '',
  ].join('')
  const length = ([...text].length * CELL.width).toFixed(1)
  return `<text x="${x}" y="${y.toFixed(1)}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${look}>${escaped(text)}</text>`
}

/** The line in parts of one style each. n.b. tmux lets a style go on in the next line. */
function runsOf(line: string): Run[] {
  const runs: Run[] = []
  let column = 0
  for (const part of line.split(ESCAPE)) {
    const codes = part.startsWith('\u001b') ? part.slice(2, -1) : undefined
    if (codes !== undefined) for (const code of codes.split(';')) apply(code)
    else {
      // A picture may drop spaces, so what they keep apart is put in its place by itself.
      for (const { 0: text, index } of part.matchAll(/\S+(?: \S+)*/g))
        runs.push({ ...style, column: column + index, text })
      column += [...part].length
    }
  }
  return runs
}

function apply(code: string): void {
  if (code === '' || code === '0') Object.assign(style, { colour: undefined, isBold: false, isDim: false })
  else if (code === '1') style.isBold = true
  else if (code === '2') style.isDim = true
  else if (code === '22') Object.assign(style, { isBold: false, isDim: false })
  else if (code === '39') style.colour = undefined
  else style.colour = COLOURS[code] ?? style.colour
}

function plain(line: string): string {
  return line
    .split(ESCAPE)
    .filter((part) => !part.startsWith('\u001b'))
    .join('')
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
