import type { JobRecord } from '@hotline/core'
import { formatDuration } from '@hotline/core'
import type { Tone } from '../render/colour.ts'
import type { Page } from '../render/page.ts'
import { receiptText } from '../render/receipt.ts'
import { shortId } from '../render/short-id.ts'
import { stateTone } from '../render/state-tone.ts'
import { lineOf, nameWidth } from './cells.ts'
import { sinceOf, stateAt } from './job-rows.ts'
import { percentText, progressShare } from './progress-share.ts'

/** Part of the list, with the selected job in it. */
export function jobLines(
  rows: readonly JobRecord[],
  { selected, most, skewMs }: { readonly selected: number; readonly most: number; readonly skewMs: number },
  page: Page,
): string[] {
  const hasTitle = most > 3
  const count = hasTitle ? most - 1 : Math.max(0, most)
  const first = Math.max(0, Math.min(selected - (count >> 1), rows.length - count))
  const shown = rows.slice(first, first + count)
  const taskWidth = nameWidth(
    shown.map(({ task }) => task),
    page,
  )
  return [
    ...(hasTitle ? [titleLine(taskWidth, page)] : []),
    ...shown.map((job, index) =>
      jobLine(job, { isSelected: first + index === selected, skewMs, taskWidth }, page),
    ),
  ]
}

function titleLine(taskWidth: number, page: Page): string {
  const titles = ['', 'JOB', 'STATE', 'TASK', 'TRY', 'QUEUE', 'FOR', 'LATEST']
  return lineOf(cellsOf(titles, { tone: 'quiet', stateTone: 'quiet', taskWidth }), page)
}

interface RowLook {
  readonly isSelected: boolean
  readonly skewMs: number
  readonly taskWidth: number
}

function jobLine(job: JobRecord, { isSelected, skewMs, taskWidth }: RowLook, page: Page): string {
  const now = page.now - skewMs
  const state = stateAt(job, now)
  const isStopping = state === 'running' && job.cancel !== undefined
  const tone = isStopping ? 'stopped' : stateTone(state)
  const texts = [
    isSelected ? '>' : '',
    shortId(job.id),
    isStopping ? 'stopping' : state,
    job.task,
    job.attempt === 0 ? '' : String(job.attempt),
    job.queue,
    lengthText(job, now),
    latestText(job, now),
  ]
  return lineOf(cellsOf(texts, { tone: isSelected ? 'strong' : 'plain', stateTone: tone, taskWidth }), page)
}

interface Look {
  readonly tone: Tone
  readonly stateTone: Tone
  readonly taskWidth: number
}

function cellsOf(texts: readonly string[], { tone, stateTone, taskWidth }: Look) {
  const [mark = '', id = '', state = '', task = '', attempt = '', queue = '', length = '', latest = ''] =
    texts
  const numberTone = tone === 'quiet' ? 'quiet' : 'plain'
  return [
    { text: mark, width: 1, tone },
    { text: id, width: 8, tone },
    { text: state, width: 9, tone: stateTone },
    { text: task, width: taskWidth, tone },
    { text: attempt, width: 3, isNumber: true, from: 60, tone: numberTone },
    { text: queue, width: 10, tone: 'quiet', from: 90 },
    { text: length, width: 8, isNumber: true, from: 40, tone: numberTone },
    { text: latest, width: 0, tone: stateTone, from: 60 },
  ] as const
}

/** How long it runs, waits, or ran. What ended does not change any more. */
function lengthText(job: JobRecord, now: number): string {
  const last = job.attempts.at(-1)
  if (sinceOf(job) > now) return ''
  if (job.finishedAt === undefined) return formatDuration(Math.max(0, now - sinceOf(job)))
  return last?.endedAt === undefined ? '' : formatDuration(last.runMs ?? last.endedAt - last.startedAt)
}

function latestText(job: JobRecord, now: number): string {
  const { state, code, error, receipt, progress, runAt, cancel } = job
  if (receipt !== undefined) return receiptText(receipt)
  if (state === 'scheduled' && runAt > now) return `due in ${formatDuration(runAt - now)}`
  if (state === 'running') return cancel?.reason ?? progressText(progress)
  if (state === 'succeeded') return ''
  const text = error === undefined ? (code ?? '') : `${code} ${String(error.message).split('\n', 1)[0] ?? ''}`
  return state === 'retrying' ? `again in ${formatDuration(Math.max(0, runAt - now))}: ${text}` : text
}

function progressText(progress: unknown): string {
  const share = progressShare(progress)
  if (share !== undefined) return percentText(share)
  return progress === undefined ? '' : JSON.stringify(progress)
}
