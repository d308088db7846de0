// Takes the picture of the slots out of a report, as an SVG of its own, for the pages:
//
//   hotline prove --kill --report proof.html
//   node scripts/timeline-picture.ts proof.html > docs/pictures/timeline.svg

import { readFileSync } from 'node:fs'

const [file = ''] = process.argv.slice(2)
const page = readFileSync(file, 'utf8')
const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? ''
const [, box = '', drawing = ''] = /<svg viewBox="([^"]+)"[^>]*>([\s\S]*?)<\/svg>/.exec(page) ?? []
const [, , width = 0, height = 0] = box.split(' ').map(Number)
if (width === 0) throw new Error(`${file} has no picture: give the report of a run.`)

const PAD = 16
const view = `${-PAD} ${-PAD} ${width + 2 * PAD} ${height + 2 * PAD}`
process.stdout.write(
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view}" width="${width + 2 * PAD}" height="${height + 2 * PAD}" role="img" aria-label="Slots over time">`,
    // `svg` of the page has a width of its own, and `body` and `table` are not in here.
    `<style>svg { font: 11px system-ui, sans-serif }\n${style
      .split('\n')
      .filter((line) => /^(:root|@media|\s+--|svg text|\.)/.test(line))
      .join('\n')}`,
    '</style>',
    `<rect x="${-PAD}" y="${-PAD}" width="100%" height="100%" rx="10" style="fill: var(--paper)"/>`,
    // What a bar says when it is pointed at is nothing for a picture.
    drawing.replaceAll(/<title>[^<]*<\/title>/g, '').trim(),
    '</svg>\n',
  ].join('\n'),
)
