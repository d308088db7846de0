import type { LiveScene } from '@hotline/core'
import { formatDuration } from '@hotline/core'
import type { Tone } from '../render/colour.ts'
import type { Page } from '../render/page.ts'
import { steadyText } from '../render/steady-text.ts'
import { cutText, textWidth } from '../render/text-width.ts'
import { timeOfDay } from '../render/time.ts'

interface Item {
  readonly text: string
  readonly tone: Tone
}

const NUMBERS = new Intl.NumberFormat('en-US')
const GAP = ' · '

/** What goes on, in at most `most` lines, the most telling first. */
export function headerLines(scene: LiveScene, page: Page, most: number): string[] {
  const lines: Item[][] = [[]]
  for (const item of [...outageItems(scene, page.now), ...items(scene, page.now)]) {
    const line = lines.at(-1) ?? []
    const isFull = line.length > 0 && widthOf([...line, item]) > page.width
    if (!isFull) line.push(item)
    else if (lines.length < most) lines.push([item])
    else break
  }
  return lines.map((line) => painted(line, page))
}

function items(scene: LiveScene, now: number): Item[] {
  const { running, limit, peakRunning, isBoundHeld, heldIdle, queued, oldestDueAt, isCut } = scene
  const { events, gaps, backend, paused } = scene
  const bound = isBoundHeld ? 'bound held' : 'BOUND BROKEN'
  const oldest = oldestDueAt === undefined ? '' : formatDuration(Math.max(0, now - oldestDueAt))
  return [
    item(`running ${running}/${limit} (peak ${peakRunning}, ${bound})`, isBoundHeld ? 'good' : 'bad'),
    item(`held ${heldIdle}`, heldIdle > 0 ? 'bad' : 'plain'),
    item(`queued ${NUMBERS.format(queued)}${isCut ? '+' : ''}`),
    ...(oldest === '' ? [] : [item(`oldest ${oldest}`)]),
    item(`events ${NUMBERS.format(events)}`),
    item(`gaps ${gaps}`, gaps > 0 ? 'bad' : 'plain'),
    item(backend, 'strong'),
    ...(paused.length === 0 ? [] : [item(`paused ${paused.join(' ')}`, 'warning')]),
    ...endedItems(scene),
  ]
}

function endedItems({ scheduled, retrying, ended }: LiveScene): Item[] {
  const counts: readonly (readonly [string, number, Tone])[] = [
    ['scheduled', scheduled, 'plain'],
    ['retrying', retrying, 'warning'],
    ['succeeded', ended.succeeded, 'good'],
    ['failed', ended.failed, 'bad'],
    ['cancelled', ended.cancelled, 'stopped'],
    ['expired', ended.expired, 'bad'],
  ]
  return counts
    .filter(([, count]) => count > 0)
    .map(([name, count, tone]) => item(`${name} ${NUMBERS.format(count)}`, tone))
}

function outageItems({ outage }: LiveScene, now: number): Item[] {
  if (outage === undefined) return []
  const { since, why } = outage
  const ago = formatDuration(Math.max(0, now - since))
  return [
    item(`BACKEND OUT OF REACH for ${ago}, shown as of ${timeOfDay(since).slice(0, 8)}`, 'bad'),
    item(why, 'bad'),
  ]
}

function item(text: string, tone: Tone = 'plain'): Item {
  return { text: steadyText(text), tone }
}

function widthOf(line: readonly Item[]): number {
  return line.reduce((sum, { text }) => sum + textWidth(text), 0) + GAP.length * (line.length - 1)
}

function painted(line: readonly Item[], { width, paint }: Page): string {
  return line.map(({ text, tone }) => paint(tone, cutText(text, width))).join(paint('quiet', GAP))
}
