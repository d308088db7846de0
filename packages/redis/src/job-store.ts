import { randomUUID } from 'node:crypto'
import type {
  AppendOutcome,
  EnqueueOutcome,
  JobId,
  JobRecord,
  NewJob,
  ProposedEvent,
  Sighting,
} from '@hotline/core'
import {
  isFinal,
  outcomeOf,
  parseRecord,
  plainRecord,
  reduceAll,
  TransportError,
  UnreadableRecord,
} from '@hotline/core'
import { keyMember } from './keys.ts'
import { packFields } from './packed-fields.ts'
import type { RedisCalls } from './redis-calls.ts'
import { isForbidden } from './redis-calls.ts'
import { ticketOf } from './ticket.ts'

/** Jobs per script: so many take a server about 3 ms, and others wait no longer. */
const CHUNK = 128
/** Other writers of the same job may be in between this many times. There are a handful at most. */
const TRIES = 50

/** What was written, and what the script answered besides. */
export interface Written {
  readonly outcome: AppendOutcome
  readonly answer: readonly unknown[]
}

/** A job as a script answered it. */
type Found = readonly [record: string, start: string, leaseUntilOrId: string]

/** Reads jobs, and writes what the reducer says, compare and set. The scripts hold no rule of a job's life. */
export class JobStore {
  readonly #calls: RedisCalls
  /** The last writer of each job that is written just now. */
  readonly #lines = new Map<JobId, Promise<void>>()

  constructor(calls: RedisCalls) {
    this.#calls = calls
  }

  /** Each whole or not at all, in order, after `turn`. The same jobs again are found. */
  async enqueue(jobs: readonly NewJob[], turn: Promise<void> | undefined): Promise<EnqueueOutcome[]> {
    const outcomes: EnqueueOutcome[] = []
    for (let first = 0; first < jobs.length; first += CHUNK)
      outcomes.push(...(await this.#enqueueChunk(jobs.slice(first, first + CHUNK), turn)))
    return outcomes
  }

  async #enqueueChunk(jobs: readonly NewJob[], turn: Promise<void> | undefined): Promise<EnqueueOutcome[]> {
    for (let tries = 0; tries < TRIES; tries++) {
      const now = await this.#now()
      const drafts = jobs.map((job) => draftOf(job, now))
      const args = packFields(drafts.flatMap(({ args }) => args))
      if (turn !== undefined) await turn
      const [word, ...answers] = await this.#calls.run('enqueue', 'enqueue', now, ...args)
      if (word === 'done')
        return Promise.all(drafts.map((draft, index) => this.#outcome(draft.record, answers[index])))
      this.#calls.clock.correct()
    }
    throw clockError('enqueue')
  }

  async #outcome(record: JobRecord, answer: unknown): Promise<EnqueueOutcome> {
    const found = foundIn(answer)
    if (found === undefined) return { record: plainRecord(record), created: true }
    const [text, start, id] = found
    try {
      return { record: parseRecord(id, { record: text, start }), created: false }
    } catch (error) {
      await this.setAside(id, error)
      const problem = `what was stored as job ${id} could not be read, and was set aside`
      const cure = 'Enqueue again; `hotline jobs --dead` shows what it was.'
      throw new TransportError({ transport: 'redis', problem, cure, cause: error })
    }
  }

  /** `undefined` for one that is not there, or was set aside as nobody could read it. */
  async sightings(ids: readonly JobId[]): Promise<(Sighting | undefined)[]> {
    if (ids.length === 0) return []
    const answers = await this.#calls.run('sighting', 'read jobs', ...ids)
    const now = this.#calls.clock.now
    return Promise.all(ids.map((id, index) => this.#sighting(id, answers[index], now)))
  }

  async #sighting(id: JobId, answer: unknown, now: number): Promise<Sighting | undefined> {
    const found = foundIn(answer)
    if (found === undefined) return undefined
    try {
      const record = parseRecord(id, { record: found[0], start: found[1] })
      return { record, observedAt: now, leaseUntil: found[2] === '' ? undefined : Number(found[2]) }
    } catch (error) {
      await this.setAside(id, error)
      return undefined
    }
  }

  async append(events: readonly ProposedEvent[]): Promise<AppendOutcome> {
    const id = events[0]?.jobId ?? ''
    const [seen] = await this.sightings([id])
    return (await this.write(id, seen?.record, events)).outcome
  }

  /**
   * `after` asks for the next job in the same step. Reduces from `known`, and again from what the server has when that is
   * newer. Writers of one job in this process queue up, as they would only make each other start again.
   */
  write(
    id: JobId,
    known: JobRecord | undefined,
    events: readonly ProposedEvent[],
    after: readonly (string | number)[] = [],
  ): Promise<Written> {
    const turn = this.#lines.get(id)
    const write = () => this.#write(id, known, events, after)
    const written = turn === undefined ? write() : turn.then(write)
    const ended = written.then(
      () => {},
      () => {},
    )
    this.#lines.set(id, ended)
    void ended.then(() => this.#lines.get(id) === ended && this.#lines.delete(id))
    return written
  }

  async #write(
    id: JobId,
    known: JobRecord | undefined,
    events: readonly ProposedEvent[],
    after: readonly (string | number)[],
  ): Promise<Written> {
    const request = randomUUID()
    let record = known
    let isFresh = known === undefined
    for (let tries = 0; tries < TRIES; tries++) {
      const now = await this.#now()
      const verdict = reduceAll(record, events, now)
      if (!verdict.accepted && !isFresh) {
        // A record that may be old refuses nothing: only what the server has counts.
        record = (await this.sightings([id]))[0]?.record
        isFresh = true
        continue
      }
      if (verdict.events.length === 0 || verdict.record === undefined)
        return { outcome: outcomeOf(verdict), answer: [] }
      const args = writeArgs(request, record, verdict.record, verdict.events, now)
      const [word, ...rest] = await this.#calls.run(
        'write',
        'append events',
        ...args,
        ...(verdict.accepted ? after : []),
      )
      if (word === 'done') return { outcome: outcomeOf(verdict), answer: rest }
      if (word === 'clock') this.#calls.clock.correct()
      else {
        record = await this.#reread(id, rest)
        isFresh = true
      }
    }
    throw clockError('append events')
  }

  /** Keeps what cannot be read out of the way of the rest. A user who may not do that leaves it to the workers. */
  async setAside(id: string, error: unknown): Promise<void> {
    if (!(error instanceof UnreadableRecord)) throw error
    try {
      await this.#calls.run('set-aside', 'set a broken job aside', id, error.message)
    } catch (refusal) {
      if (!isForbidden(refusal)) throw refusal
    }
  }

  async #reread(id: JobId, answer: readonly unknown[]): Promise<JobRecord | undefined> {
    const found = foundIn(answer)
    if (found === undefined || found[0] === '') return undefined
    try {
      return parseRecord(id, { record: found[0], start: found[1] })
    } catch (error) {
      await this.setAside(id, error)
      return undefined
    }
  }

  /** Asks the server for the time if no answer has told it yet. */
  async #now(): Promise<number> {
    if (!this.#calls.clock.isSet) await this.#calls.run('sighting', 'read the clock')
    return this.#calls.clock.now
  }
}

interface Draft {
  readonly record: JobRecord
  readonly args: readonly (string | number)[]
}

function draftOf({ queued, input }: NewJob, now: number): Draft {
  const verdict = reduceAll(undefined, [queued], now)
  if (!verdict.accepted) throw new Error(`A founding event was refused: ${verdict.why}`)
  const { record, events } = verdict
  const { place, score, runAt, template } = ticketOf(record, now)
  const key = record.key === undefined ? '' : keyMember(record.task, record.key)
  const text = JSON.stringify(record)
  const dueAt = place === 'due' ? runAt : ''
  const event = JSON.stringify(events[0])
  const args = [
    ...[record.id, key, text, input, template, record.queue, score, dueAt],
    record.expiresAt ?? '',
    event,
  ]
  return { record, args }
}

function foundIn(answer: unknown): Found | undefined {
  if (!Array.isArray(answer) || typeof answer[0] !== 'string') return undefined
  const [record, start = '', leaseUntil = ''] = answer
  return [record, String(start), String(leaseUntil)]
}

function writeArgs(
  request: string,
  before: JobRecord | undefined,
  record: JobRecord,
  events: readonly object[],
  now: number,
): (string | number)[] {
  const { place, score, runAt, template } = ticketOf(record, now)
  const forgetAt = isFinal(record.state) ? now + record.limits.retentionMs : ''
  const key = record.key === undefined ? '' : keyMember(record.task, record.key)
  return [
    ...[request, record.id, before?.seq ?? '', now, JSON.stringify(record), record.seq],
    ...[place, record.queue, score, runAt, template, record.attempt, forgetAt, key, events.length],
    ...events.map((event) => JSON.stringify(event)),
  ]
}

function clockError(what: string): TransportError {
  return new TransportError({
    transport: 'redis',
    problem: `The job changed, or the clock of the server jumped, at each of ${TRIES} attempts to ${what}`,
    cure: 'Try again; if it stays so, look at the latency and the clock of the server.',
  })
}
