import type { JobRecord } from '@hotline/core'
import { isFinal } from '@hotline/core'

/** Where a job stands, as its row says: waits, runs, is final. */
export type Place = 0 | 1 | 2

/** The columns of a job's row beside its record, which follow from it. */
export interface JobRow {
  readonly place: Place
  /** The next start as far as it is known now; empty where there is none. */
  readonly head: string
  /** Since when it could have started. */
  readonly since: number
}

export function rowOf(record: JobRecord): JobRow {
  const since = Math.max(record.runAt, record.queuedAt)
  if (isFinal(record.state)) return { place: 2, head: '', since }
  if (record.state === 'running') return { place: 1, head: '', since }
  return { place: 0, head: startHead(record), since }
}

/** `claim.sql` starts a job without TypeScript: it adds time, holder and wait to this. */
function startHead({ id, seq, task, queue, attempt }: JobRecord): string {
  const event = { v: 1, seq: seq + 1, jobId: id, task, queue, attempt: attempt + 1, type: 'job.started' }
  return `${JSON.stringify(event).slice(0, -1)},`
}
