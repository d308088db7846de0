import type { JobHandle } from '@hotline/core'
import { formatDuration } from '@hotline/core'
import type { Page } from './page.ts'
import { stateTone } from './state-tone.ts'
import type { Column } from './table.ts'
import { table } from './table.ts'
import { distance } from './time.ts'

/** One line per job. */
export function jobTable(jobs: readonly JobHandle[], page: Page): string[] {
  const columns: readonly Column<JobHandle>[] = [
    { title: 'ID', text: ({ id }) => id },
    { title: 'STATE', text: ({ state }) => state, tone: ({ state }) => stateTone(state) },
    { title: 'TASK', text: ({ task }) => task },
    { title: 'QUEUE', text: ({ record }) => record?.queue ?? '' },
    { title: 'TRY', text: ({ record }) => String(record?.attempt ?? 0), isNumber: true },
    {
      title: 'QUEUED',
      text: ({ record }) => (record === undefined ? '' : distance(record.queuedAt, page.now)),
    },
    { title: 'LATEST', text: (job) => latest(job, page.now) },
  ]
  return table(columns, jobs, page)
}

/** What there is to say of it now. */
function latest({ state, record, progress }: JobHandle, now: number): string {
  if (record === undefined) return ''
  const { error, code, runAt, attempts, receipt } = record
  const last = attempts.at(-1)
  if (state === 'running' && last !== undefined)
    return `${formatDuration(Math.max(0, now - last.startedAt))}${progress === undefined ? '' : ` ${JSON.stringify(progress)}`}`
  if (state === 'scheduled') return `due ${distance(runAt, now)}`
  if (state === 'succeeded' && last?.runMs !== undefined) return `ran ${formatDuration(last.runMs)}`
  if (receipt?.reason !== undefined) return receipt.reason
  if (code === undefined) return ''
  return error === undefined ? code : `${code} ${error.message.split('\n', 1)[0] ?? ''}`
}
