import type { JobRecord, LiveScene, LiveWorker, SlotPresence } from '@hotline/core'
import { formatBytes, formatDuration } from '@hotline/core'
import type { Page } from '../render/page.ts'
import { shortId } from '../render/short-id.ts'
import { lineOf, nameWidth, textLine } from './cells.ts'
import { percentText, progressShare } from './progress-share.ts'

/** What one slot does, by the log and by the heartbeats. */
export interface SlotRow {
  readonly slot: number
  readonly job: Pick<JobRecord, 'id' | 'task' | 'progress'> | undefined
  readonly since: number
  readonly isStopping: boolean
  readonly presence: SlotPresence | undefined
}

interface Layout extends Page {
  readonly skewMs: number
  readonly taskWidth: number
  readonly barCells: number
}

/** The slots of all workers, at most so many lines: a line for each worker, and one for each of its slots. */
export function slotLines(scene: LiveScene, page: Page, most: number): string[] {
  const jobs = new Map(scene.jobs.filter(({ state }) => state === 'running').map((job) => [job.id, job]))
  const layout = {
    ...page,
    skewMs: scene.skewMs,
    taskWidth: nameWidth(
      Array.from(jobs.values(), ({ task }) => task),
      page,
    ),
    barCells: page.width >= 110 ? 20 : 10,
  }
  const lines = scene.workers.flatMap((worker) => [
    workerLine(worker, page),
    ...slotRows(worker, jobs).map((row) => slotLine(row, layout)),
  ])
  if (lines.length === 0) return most > 0 ? [textLine('no worker is online', 'warning', page)] : []
  if (lines.length <= most) return lines
  const more = lines.length - most + 1
  return most < 1
    ? []
    : [...lines.slice(0, most - 1), textLine(`  and ${more} more lines of slots`, 'quiet', page)]
}

/** By number. A job that no heartbeat knows of yet is shown where the log says that it started. */
export function slotRows(
  { limit, presence, jobs }: LiveWorker,
  running: ReadonlyMap<string, JobRecord>,
): SlotRow[] {
  const rows = new Map<number, SlotRow>()
  const beats = presence?.slots ?? []
  for (let slot = 0; slot < (beats.length === 0 ? (limit ?? 0) : 0); slot++) rows.set(slot, idle(slot))
  for (const beat of beats) rows.set(beat.slot, { ...idle(beat.slot), presence: beat })
  for (const id of jobs) {
    const job = running.get(id)
    const attempt = job?.attempts.at(-1)
    if (job === undefined || attempt === undefined) continue
    const row = rows.get(attempt.slot) ?? idle(attempt.slot)
    rows.set(attempt.slot, { ...row, job, since: attempt.startedAt, isStopping: job.cancel !== undefined })
  }
  return [...rows.values()].sort((a, b) => a.slot - b.slot)
}

function idle(slot: number): SlotRow {
  return { slot, job: undefined, since: 0, isStopping: false, presence: undefined }
}

function workerLine({ worker, state, limit, presence, jobs }: LiveWorker, page: Page): string {
  const isOver = limit !== undefined && jobs.size > limit
  const facts = [`${jobs.size} of ${limit ?? '?'}`, ...(state === 'running' ? [] : [state])]
  if (presence !== undefined) facts.push(presence.queues.join(' '))
  const tone = state === 'lost' || isOver ? 'bad' : 'strong'
  return lineOf(
    [
      { text: worker, width: Math.min(34, Math.max(12, page.width - 24)), tone },
      { text: facts.join(', '), width: 0, tone: tone === 'bad' ? 'bad' : 'quiet' },
    ],
    page,
  )
}

function slotLine({ slot, job, since, isStopping, presence }: SlotRow, layout: Layout): string {
  const number = { text: String(slot), width: 4, isNumber: true, tone: 'quiet' } as const
  if (job === undefined) return lineOf([number, { text: 'idle', width: 0, tone: 'quiet' }], layout)
  const tone = isStopping ? 'stopped' : 'active'
  const ran = formatDuration(Math.max(0, layout.now - layout.skewMs - since))
  const doing = isStopping ? 'stopping' : progressText(job.progress, layout.barCells)
  return lineOf(
    [
      number,
      { text: shortId(job.id), width: 8, tone },
      { text: job.task, width: layout.taskWidth, tone },
      { text: ran, width: 8, isNumber: true },
      { text: doing, width: layout.barCells + 6, tone, from: 50 },
      { text: rssOf(presence), width: 9, isNumber: true, from: 66 },
      { text: cpuOf(presence), width: 6, isNumber: true, from: 66 },
    ],
    layout,
  )
}

/** A bar; a job that reports no share shows what it says. */
function progressText(progress: unknown, cells: number): string {
  if (progress === undefined) return ''
  const share = progressShare(progress)
  if (share === undefined) return JSON.stringify(progress).slice(0, 60)
  const full = Math.round(share * cells)
  return `${'█'.repeat(full)}${'░'.repeat(cells - full)} ${percentText(share).padStart(5)}`
}

function rssOf(presence: SlotPresence | undefined): string {
  return presence?.rss === undefined ? '' : formatBytes(presence.rss)
}

function cpuOf(presence: SlotPresence | undefined): string {
  return presence?.cpu === undefined ? '' : `${Math.round(presence.cpu * 100)} %`
}
