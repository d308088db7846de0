import { createHash } from 'node:crypto'
import {
  type Bar,
  type BarEnd,
  formatBytes,
  formatDuration,
  type Proof,
  type SlotTimeline,
  witnessLines,
} from '@hotline/core'
import { verdictText } from '../render/proof-lines.ts'
import { markup } from './markup.ts'
import { PROOF_STYLE } from './proof-style.ts'
import { timelineSvg } from './timeline-svg.ts'

/** What a page is made of. */
export interface ProofReport {
  /** The command that made it. */
  readonly title: string
  /** What was looked at, a sentence each. */
  readonly facts: readonly string[]
  readonly proof: Proof
  readonly timeline: SlotTimeline
}

/** Nothing but this page and its own style: no script, no font, no picture from elsewhere. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(PROOF_STYLE).digest('base64')}'`

/** A proof as one page of HTML that needs nothing else. */
export function proofPage({ title, facts, proof, timeline }: ProofReport): string {
  const bars = timeline.bars()
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width">
<title>${markup(title)}: ${markup(verdictText(proof))}</title>
<style>${PROOF_STYLE}</style>
</head>
<body>
<header>
<p>${markup(title)}</p>
<h1 class="${proof.verdict}">${markup(verdictText(proof))}</h1>
${facts.map((fact) => `<p>${markup(fact)}</p>`).join('\n')}
</header>
<dl>
${figuresOf(proof).map(figureHtml).join('\n')}
</dl>
${witnessHtml(proof)}
<h2>Slots</h2>
${timelineSvg(timeline, proof)}
${keyHtml(bars)}
${droppedHtml(timeline)}
<h2>Workers</h2>
${workersHtml(proof)}
<footer>Computed from the event log alone. Made ${new Date().toISOString()}.</footer>
</body>
</html>
`
}

interface Figure {
  readonly name: string
  readonly value: string
  readonly isBad?: boolean
}

function figuresOf(proof: Proof): Figure[] {
  const { jobs, succeeded, failed, unfinished, attempts, lost, lostAttempts, duplicates, gaps } = proof
  const { peakRunning, limit, peakHeldIdle, peakRss, makespanMs, idealMs, efficiency } = proof
  const counts = { cancelled: proof.cancelled, expired: proof.expired, unfinished, failed }
  return [
    { name: 'jobs', value: String(jobs) },
    { name: 'succeeded', value: String(succeeded) },
    ...Object.entries(counts).flatMap(([name, count]) =>
      count === 0 ? [] : [{ name, value: String(count) }],
    ),
    { name: 'attempts', value: String(attempts) },
    ...(lostAttempts === 0 ? [] : [{ name: 'attempts lost', value: String(lostAttempts) }]),
    { name: 'peak running', value: `${peakRunning} of ${limit}`, isBad: peakRunning > limit },
    { name: 'held minus running', value: String(peakHeldIdle), isBad: peakHeldIdle > 0 },
    { name: 'lost', value: String(lost), isBad: lost > 0 },
    { name: 'duplicates', value: String(duplicates), isBad: duplicates > 0 },
    { name: 'gaps', value: String(gaps), isBad: gaps > 0 },
    { name: 'makespan', value: formatDuration(makespanMs) },
    { name: 'ideal list schedule', value: formatDuration(idealMs) },
    { name: 'efficiency', value: `${(efficiency * 100).toFixed(1)} %` },
    ...(peakRss === undefined ? [] : [{ name: 'peak memory of a job', value: formatBytes(peakRss) }]),
  ]
}

function figureHtml({ name, value, isBad }: Figure): string {
  return `<div><dt>${markup(name)}</dt><dd${isBad === true ? ' class="bad"' : ''}>${markup(value)}</dd></div>`
}

function witnessHtml(proof: Proof): string {
  const lines = witnessLines(proof)
  if (lines.length === 0) return ''
  return `<h2>Witnesses</h2>\n<pre>${lines.map(markup).join('\n')}</pre>`
}

function workersHtml({ workers }: Proof): string {
  const rows = workers.map(({ worker, limit, limitFrom, peakRunning, peakHeldIdle }) => {
    const isOver = limit === undefined || peakRunning > limit
    const source = limitFrom === 'heartbeat' ? ' (heartbeat)' : ''
    const peak = `<td${isOver ? ' class="bad"' : ''}>${peakRunning}</td>`
    return `<tr><td>${markup(worker)}</td><td>${limit ?? 'unknown'}${source}</td>${peak}<td>${peakHeldIdle}</td></tr>`
  })
  const head = '<tr><th>worker</th><th>limit</th><th>peak running</th><th>held minus running</th></tr>'
  return `<table>\n${[head, ...rows].join('\n')}\n</table>`
}

function keyHtml(bars: readonly Bar[]): string {
  const kinds = [...new Set(bars.map(({ ended }) => ended))]
  const item = (kind: BarEnd): string =>
    `<li><svg viewBox="0 0 10 10"><rect class="${kind}" width="10" height="10"/></svg>${kind}</li>`
  return kinds.length === 0 ? '' : `<ul class="key">${kinds.map(item).join('')}</ul>`
}

function droppedHtml({ dropped }: SlotTimeline): string {
  return dropped === 0 ? '' : `<p class="quiet">${dropped} earlier attempts are not in the picture.</p>`
}
