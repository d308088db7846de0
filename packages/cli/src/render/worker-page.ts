import type { SlotPresence, WorkerPresence } from '@hotline/core'
import { formatBytes, formatDuration } from '@hotline/core'
import { inertText } from './inert-text.ts'
import type { Page } from './page.ts'
import { shortId } from './short-id.ts'
import type { Column } from './table.ts'
import { table } from './table.ts'
import { cutText } from './text-width.ts'

/** A worker with its numbers, and a line per slot. */
export function workerPage(worker: WorkerPresence, page: Page): string[] {
  const { state, limit, running, held } = worker
  const { paint, now, width } = page
  const numbers = `running ${running} of ${limit}, held ${held}${state === 'draining' ? ', draining' : ''}`
  const facts = [
    `queues ${worker.queues.join(' ')}`,
    `pid ${worker.pid}, ${formatBytes(worker.supervisorRss)}, up ${formatDuration(Math.max(0, now - worker.startedAt))}`,
    `seen ${formatDuration(Math.max(0, now - worker.seenAt))} ago`,
  ].join('; ')
  const name = cutText(inertText(worker.worker), Math.max(10, width - numbers.length - 2))
  const slots = [...worker.slots].sort((a, b) => a.slot - b.slot)
  const rows = slots.length === 0 ? [] : table(slotColumns(now), slots, { ...page, width: width - 2 })
  return [
    `${paint('strong', name)}  ${paint(held > running || running > limit ? 'bad' : 'plain', numbers)}`,
    `  ${paint('quiet', cutText(inertText(facts), width - 2))}`,
    ...rows.map((row) => `  ${row}`),
  ]
}

function slotColumns(now: number): readonly Column<SlotPresence>[] {
  return [
    { title: 'SLOT', text: ({ slot }) => String(slot), isNumber: true },
    {
      title: 'JOB',
      text: ({ job }) => (job === undefined ? 'idle' : shortId(job.id)),
      tone: ({ job }) => (job === undefined ? 'quiet' : 'active'),
    },
    { title: 'TASK', text: ({ job }) => job?.task ?? '' },
    { title: 'TRY', text: ({ job }) => (job === undefined ? '' : String(job.attempt)), isNumber: true },
    {
      title: 'FOR',
      text: ({ job }) => (job === undefined ? '' : formatDuration(Math.max(0, now - job.since))),
      isNumber: true,
    },
    { title: 'RSS', text: ({ rss }) => (rss === undefined ? '' : formatBytes(rss)), isNumber: true },
    {
      title: 'CPU',
      text: ({ cpu }) => (cpu === undefined ? '' : `${Math.round(cpu * 100)} %`),
      isNumber: true,
    },
    { title: 'PID', text: ({ pid }) => (pid === undefined ? '' : String(pid)), isNumber: true },
  ]
}
