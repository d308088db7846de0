/**
 * Reads jobs and writes what the reducer says. All that writes runs within a transaction, in which nobody else writes: what was
 * read stays true until it is written, and nothing has to be tried again. No statement holds a rule of a job's life.
 */
import { createHash } from 'node:crypto'
import type {
  AppendOutcome,
  EnqueueOutcome,
  JobEvent,
  JobId,
  JobRecord,
  NewJob,
  NextJob,
  Priority,
  ProposedEvent,
  ProposedNotice,
  Sighting,
} from '@hotline/core'
import {
  isFinal,
  outcomeOf,
  overdue,
  parseRecord,
  plainRecord,
  reduceAll,
  TransportError,
  UnreadableRecord,
} from '@hotline/core'
import type { DatabaseFile, Row } from './database-file.ts'

const PRIORITIES: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 }

/** What the store works with. */
export interface StoreDesk {
  readonly file: DatabaseFile
  readonly leaseMs: number
  /** What a transaction changes, as topics of the wake board. */
  readonly news: Set<string>
}

/** A job as its row has it. */
export interface StoredJob {
  readonly record: JobRecord
  readonly leaseUntil: number | undefined
  /** When something happens to it by time alone. */
  readonly dueAt: number | undefined
}

/** A job that was granted. */
export interface Grant {
  readonly job: JobRecord
  readonly input: string
}

export class JobStore {
  readonly #desk: StoreDesk

  constructor(desk: StoreDesk) {
    this.#desk = desk
  }

  /** Within a transaction. The same job again is found. */
  enqueue({ queued, input }: NewJob, now: number): EnqueueOutcome {
    const verdict = reduceAll(undefined, [queued], now)
    if (!verdict.accepted) throw new Error(`A founding event was refused: ${verdict.why}`)
    const record = plainRecord(verdict.record)
    const { id, task, queue, priority, expiresAt } = record
    const key = uniqueKeyOf(record)
    const { file } = this.#desk
    const place = [PRIORITIES[priority], dueAt(record, now)] as const
    const text = JSON.stringify(record)
    const { changes } = file.run('insert-job', id, task, queue, key, ...place, text, expiresAt ?? null)
    if (changes === 0) return { record: this.#met(id, key, now), created: false }
    file.run('insert-input', id, input)
    this.#log(verdict.events)
    this.#desk.news.add('queue')
    return { record, created: true }
  }

  /** Within a transaction: folds the events into the record, or refuses them. */
  append(id: JobId, events: readonly ProposedEvent[], now: number): AppendOutcome {
    const stored = this.find(id, now)
    const verdict = reduceAll(stored?.record, events, now)
    const last = this.#log(verdict.events)
    if (stored !== undefined && verdict.record !== undefined && last !== undefined)
      this.#write(stored.record, verdict.record, { now, line: last })
    return outcomeOf(verdict)
  }

  /** Within a transaction: starts the job whose turn it is. Holds nothing where there is none. */
  grant({ queues, holder }: NextJob, now: number): Grant | undefined {
    const { file } = this.#desk
    const names = JSON.stringify(queues)
    for (;;) {
      const row = file.get('head', names, now)
      if (row === undefined) return undefined
      const granted = this.#start(String(row.id), holder, now)
      if (granted !== undefined) return granted
    }
  }

  /** Within a transaction: holds the lease of an attempt for longer. The record, if that attempt is open. */
  extend(id: JobId, attempt: number, now: number): JobRecord | undefined {
    const { file, leaseMs } = this.#desk
    const record = this.find(id, now)?.record
    if (record?.state !== 'running' || record.attempt !== attempt) return undefined
    file.run('extend', id, now + leaseMs)
    return record
  }

  /** Within a transaction: what follows from a lapsed lease, or a time to start that is over. */
  end(id: JobId, now: number): void {
    const stored = this.find(id, now)
    if (stored === undefined) return
    const { record, leaseUntil, dueAt } = stored
    const events = overdue(record, now, leaseUntil)
    if (events.length > 0) this.append(id, events, now)
    else if (dueAt !== undefined && dueAt <= now) this.#setAside(id, strange('is due, though it is not'), now)
  }

  /** Within a transaction: a notice, which belongs to no job. */
  note(notice: ProposedNotice, now: number): void {
    this.#desk.file.run('append-event', null, now, JSON.stringify({ v: 1, at: now, ...notice }))
    this.#desk.news.add('log')
  }

  /** Within a transaction: the job, if it can be read; else it is set aside. */
  find(id: JobId, now: number): StoredJob | undefined {
    const row = this.#desk.file.get('job', id)
    if (row === undefined) return undefined
    try {
      return storedJob(row)
    } catch (error) {
      this.#setAside(id, error, now)
      return undefined
    }
  }

  #met(id: JobId, key: string | null, now: number): JobRecord {
    const row = this.#desk.file.get('found', id, key)
    try {
      if (row !== undefined) return storedJob(row).record
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error
      throw unreadable(String(row?.id), error)
    }
    throw new Error(`Job ${id} was neither stored nor found at ${now}.`)
  }

  /** Undefined for a ticket of no use, which is then out of the way. */
  #start(id: JobId, holder: NextJob['holder'], now: number): Grant | undefined {
    const stored = this.find(id, now)
    if (stored === undefined) return undefined
    const { record } = stored
    const late = overdue(record, now, undefined)
    if (late.length > 0) {
      this.append(id, late, now)
      return undefined
    }
    const attempt = record.attempt + 1
    const outcome = this.append(id, [{ type: 'job.started', jobId: id, attempt, ...holder }], now)
    const input = this.#desk.file.get('input', id)?.body
    if (outcome.accepted && typeof input === 'string') return { job: outcome.record, input }
    const flaw = outcome.accepted ? 'its input is missing' : `its start does not follow: ${outcome.why}`
    this.#setAside(id, new UnreadableRecord(flaw), now)
    return undefined
  }

  /** The number of the last one. */
  #log(events: readonly JobEvent[]): number | undefined {
    const { file, news } = this.#desk
    let last: number | undefined
    for (const event of events) {
      last = file.run('append-event', event.jobId, event.at, JSON.stringify(event)).last
      news.add('log').add(`job:${event.jobId}`)
    }
    return last
  }

  #write(
    before: JobRecord,
    after: JobRecord,
    { now, line }: { readonly now: number; readonly line: number },
  ): void {
    const { file, news, leaseMs } = this.#desk
    const place = placeOf(after)
    const goesOn = placeOf(before) === place && before.attempt === after.attempt
    const isUnstarted = place === 0 && after.attempt === 0
    file.run(
      'write-job',
      ...[after.id, after.seq, JSON.stringify(after), place, goesOn ? 1 : 0, dueAt(after, now), line],
      place === 1 ? now + leaseMs : null,
      isUnstarted ? (after.expiresAt ?? null) : null,
      place === 2 ? now + after.limits.retentionMs : null,
    )
    if (place === 0 && !goesOn) news.add('queue')
  }

  /** Keeps what cannot be read out of the way of the rest. */
  #setAside(id: JobId, error: unknown, now: number): void {
    if (!(error instanceof UnreadableRecord)) throw error
    const { file } = this.#desk
    const sample = file.get('set-aside', id)?.sample
    file.run('bury', `job ${id}`, error.message, now, typeof sample === 'string' ? sample : null)
    file.run('unbury')
  }
}

/** @throws UnreadableRecord, also where the columns of the row do not follow from its record */
export function storedJob(row: Row): StoredJob {
  const record = parseRecord(String(row.id), { record: String(row.record), start: '' })
  if (row.place !== placeOf(record) || row.seq !== record.seq) throw strange('stands for another state')
  return { record, leaseUntil: numberOrNone(row.lease_until), dueAt: numberOrNone(row.due_at) }
}

export function sightingOf({ record, leaseUntil }: StoredJob, now: number): Sighting {
  return { record, observedAt: now, leaseUntil }
}

function numberOrNone(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** No hotline writes a row like this. */
function strange(what: string): UnreadableRecord {
  return new UnreadableRecord(`its row ${what}`)
}

/** For a job with a key. Hashed, as keys may be long. */
function uniqueKeyOf({ task, key }: JobRecord): string | null {
  return key === undefined ? null : createHash('sha256').update(`${task}\0${key}`).digest('base64url')
}

/** Waits, runs, is final. */
function placeOf({ state }: JobRecord): 0 | 1 | 2 {
  if (isFinal(state)) return 2
  return state === 'running' ? 1 : 0
}

/** One that may start at once comes behind those that could before. */
function dueAt({ runAt }: JobRecord, now: number): number {
  return Math.max(runAt, now)
}

function unreadable(id: string, cause: UnreadableRecord): TransportError {
  const problem = `what is stored as job ${id} cannot be read`
  const cure = 'Use another key; `hotline jobs --dead` will show what it was.'
  return new TransportError({ transport: 'sqlite', problem, cure, cause })
}
