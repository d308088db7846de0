import type { JobRecord, Priority } from '@hotline/core'
import { isFinal } from '@hotline/core'

/** Where a job waits, or that it does not: what the scripts write beside the record. */
export interface Ticket {
  readonly place: 'ready' | 'due' | 'running' | 'final'
  readonly score: string
  readonly runAt: string
  /** The next start as far as it is known now; empty where there is none. */
  readonly template: string
}

/** Above any time in ms, so that a priority outweighs it, and exact: 2e14 + a time is below 2 ** 53. */
const RANK_STEP = 1e14
const RANKS: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 }

/** The ticket that a record asks for, at a time of the server's clock. */
export function ticketOf(record: JobRecord, now: number): Ticket {
  const score = String(RANKS[record.priority] * RANK_STEP + record.runAt)
  const runAt = String(record.runAt)
  if (isFinal(record.state)) return { place: 'final', score, runAt, template: '' }
  if (record.state === 'running') return { place: 'running', score, runAt, template: '' }
  return { place: record.runAt > now ? 'due' : 'ready', score, runAt, template: startTemplate(record) }
}

/**
 * `claim.lua` starts a job without TypeScript: it adds time, holder and wait to this. In front: the attempt, the time of
 * the last change (a job's events never go back), and since when it could have started.
 */
function startTemplate({ id, seq, task, queue, attempt, updatedAt, runAt, queuedAt }: JobRecord): string {
  const event = {
    v: 1,
    seq: seq + 1,
    jobId: id,
    task,
    queue,
    attempt: attempt + 1,
    type: 'job.started',
  }
  const open = JSON.stringify(event).slice(0, -1)
  return `${attempt + 1} ${updatedAt} ${Math.max(runAt, queuedAt)} ${open},`
}
