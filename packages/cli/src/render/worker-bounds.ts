import type { Proof, WorkerProof } from '@hotline/core'
import type { Page } from './page.ts'
import { table } from './table.ts'

/** A line per worker: what it had under way at most, against its limit. */
export function workerBounds({ workers }: Pick<Proof, 'workers'>, page: Page): string[] {
  const isOver = ({ limit, peakRunning, peakHeldIdle }: WorkerProof): boolean =>
    limit === undefined || peakRunning > limit || peakHeldIdle > 0
  return table<WorkerProof>(
    [
      { title: 'WORKER', text: ({ worker }) => worker },
      { title: 'LIMIT', text: limitText, isNumber: true },
      {
        title: 'PEAK RUNNING',
        text: ({ peakRunning }) => String(peakRunning),
        tone: (row) => (isOver(row) ? 'bad' : 'plain'),
        isNumber: true,
      },
      { title: 'HELD MINUS RUNNING', text: ({ peakHeldIdle }) => String(peakHeldIdle), isNumber: true },
    ],
    workers,
    page,
  )
}

function limitText({ limit, limitFrom }: WorkerProof): string {
  if (limit === undefined) return 'unknown'
  return limitFrom === 'heartbeat' ? `${limit} (heartbeat)` : String(limit)
}
