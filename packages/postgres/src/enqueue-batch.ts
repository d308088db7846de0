import { createHash } from 'node:crypto'
import type { JobRecord, NewJob } from '@hotline/core'
import { plainRecord, reduceAll } from '@hotline/core'
import { rowOf } from './ticket.ts'
import { ticketText } from './ticket-desk.ts'

/** A job that is about to be stored. */
export interface Draft {
  readonly record: JobRecord
  readonly uniqueKey: string | null
  /** For `enqueue.sql`. */
  readonly row: object
}

/** For a job with a key. Hashed, as keys may be long. */
export function uniqueKeyOf(task: string, key: string | undefined): string | null {
  return key === undefined ? null : createHash('sha256').update(`${task}\0${key}`).digest('base64url')
}

export function draftOf({ queued, input }: NewJob, now: number): Draft {
  const verdict = reduceAll(undefined, [queued], now)
  if (!verdict.accepted) throw new Error(`A founding event was refused: ${verdict.why}`)
  const { record, events } = verdict
  const uniqueKey = uniqueKeyOf(record.task, record.key)
  const { head, since } = rowOf(record)
  const row = {
    ...{ id: record.id, unique_key: uniqueKey, task: record.task, head, input, since },
    record: JSON.stringify(record),
    body: JSON.stringify(events[0]),
    expires_at: record.expiresAt ?? null,
    ticket: ticketText(record.id, record, now),
  }
  return { record: plainRecord(record), uniqueKey, row }
}

/** The jobs cut into runs of one queue, at most `most` long: one statement stores one of them, and order is kept. */
export function runsOf(jobs: readonly NewJob[], most: number): NewJob[][] {
  const runs: NewJob[][] = []
  for (const job of jobs) {
    const run = runs.at(-1)
    if (run === undefined || run.length >= most || run[0]?.queued.queue !== job.queued.queue) runs.push([job])
    else run.push(job)
  }
  return runs
}

/** The drafts that are the first of their id and key; the others are the same jobs again. */
export function firstsOf(drafts: readonly Draft[]): {
  readonly firsts: Draft[]
  readonly twins: Map<Draft, Draft>
} {
  const seen = new Map<string, Draft>()
  const firsts: Draft[] = []
  const twins = new Map<Draft, Draft>()
  for (const draft of drafts) {
    const { id } = draft.record
    const known = (draft.uniqueKey === null ? undefined : seen.get(draft.uniqueKey)) ?? seen.get(id)
    if (known !== undefined) {
      twins.set(draft, known)
      continue
    }
    firsts.push(draft)
    seen.set(id, draft)
    if (draft.uniqueKey !== null) seen.set(draft.uniqueKey, draft)
  }
  return { firsts, twins }
}
