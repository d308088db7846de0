import { randomUUID } from 'node:crypto'
import type { EnqueueOutcome, JobId, JobRecord, NewJob } from '@hotline/core'
import { checkPayloads, parseRecord, TransportError, UnreadableRecord } from '@hotline/core'
import type { Row, SqlValues } from './database.ts'
import type { Draft } from './enqueue-batch.ts'
import { draftOf, firstsOf, runsOf } from './enqueue-batch.ts'
import type { PostgresCalls } from './postgres-calls.ts'
import type { TicketDesk } from './ticket-desk.ts'

/** Jobs per statement: so many take a server some 10 ms, and others wait no longer. */
const CHUNK = 128
/** A job that is met may be forgotten before it is read, this many times. */
const TRIES = 10

/** Runs a statement, over a connection of ours or within a transaction of the application. */
export type Execute = (text: string, what: string, values: SqlValues) => Promise<readonly Row[]>

/** What storing jobs needs. */
export interface EnqueueDesk {
  readonly calls: PostgresCalls
  readonly tickets: TicketDesk
  /** Tells those who wait. */
  readonly hint: (...topics: readonly string[]) => Promise<void>
  readonly execute: Execute
  readonly maxPayloadBytes: number
  readonly setAside: (id: string, error: unknown) => Promise<void>
}

interface Stored {
  readonly drafts: readonly Draft[]
  readonly firsts: readonly Draft[]
  readonly twins: ReadonlyMap<Draft, Draft>
  readonly stored: ReadonlySet<JobId>
}

/** Stores jobs: many in one statement, each whole or not at all. */
export class Enqueuer {
  readonly #desk: EnqueueDesk

  constructor(desk: EnqueueDesk) {
    this.#desk = desk
  }

  /** In order, after `turn`. The same jobs again are found. */
  async enqueue(jobs: readonly NewJob[], turn: Promise<void> | undefined): Promise<EnqueueOutcome[]> {
    checkPayloads(jobs, this.#desk.maxPayloadBytes)
    if (turn !== undefined) await turn
    const outcomes: EnqueueOutcome[] = []
    for (const run of runsOf(jobs, CHUNK)) outcomes.push(...(await this.#enqueueRun(run)))
    return outcomes
  }

  async #enqueueRun(jobs: readonly NewJob[]): Promise<EnqueueOutcome[]> {
    const queue = jobs[0]?.queued.queue ?? ''
    const request = randomUUID()
    for (let tries = 0; tries < TRIES; tries++) {
      const found = await this.#store(queue, jobs, request)
      if (found === undefined) continue
      const { drafts, firsts, twins, stored } = found
      const met = await this.#meet(firsts.filter(({ record }) => !stored.has(record.id)))
      const outcomes = drafts.map((draft) => outcomeOf(draft, stored, met, twins))
      if (outcomes.every((outcome) => outcome !== undefined)) {
        if (stored.size > 0) await this.#desk.hint(`queue:${queue}`, 'log')
        return outcomes
      }
    }
    const problem = `The jobs could not be stored in ${TRIES} attempts, as others with the same keys came and went`
    throw new TransportError({ transport: 'postgres', problem, cure: 'Try again.' })
  }

  /** What was drafted, and the ids that are new; undefined when the clock was off. */
  async #store(queue: string, jobs: readonly NewJob[], request: string): Promise<Stored | undefined> {
    const { calls, tickets, execute } = this.#desk
    const insert = await tickets.insert(queue, calls.shelf.text('enqueue-tickets'))
    const text = calls.shelf.text('enqueue', { insert })
    let drafted: Omit<Stored, 'stored'> | undefined
    const [answer] = await execute(text, 'enqueue', () => {
      const { now } = calls.clock
      const drafts = jobs.map((job) => draftOf(job, now))
      drafted = { drafts, ...firstsOf(drafts) }
      return [now, request, queue, JSON.stringify(drafted.firsts.map(({ row }) => row))]
    })
    if (answer?.is_skewed === true) calls.clock.correct(Number(answer.now))
    if (answer?.is_skewed === true || drafted === undefined) return undefined
    return { ...drafted, stored: new Set(idsIn(answer?.stored)) }
  }

  /** The jobs that stand in the way of these, by the id that was wanted. */
  async #meet(drafts: readonly Draft[]): Promise<Map<JobId, JobRecord>> {
    const met = new Map<JobId, JobRecord>()
    if (drafts.length === 0) return met
    const { calls, execute } = this.#desk
    const wanted = drafts.map(({ record, uniqueKey }) => ({ id: record.id, unique_key: uniqueKey }))
    const rows = await execute(calls.shelf.text('found'), 'enqueue', [JSON.stringify(wanted)])
    for (const row of rows) {
      const id = String(row.id)
      try {
        met.set(String(row.wanted), parseRecord(id, { record: String(row.record), start: String(row.start) }))
      } catch (error) {
        await this.#desk.setAside(id, error)
        throw unreadable(id, error)
      }
    }
    return met
  }
}

function outcomeOf(
  draft: Draft,
  stored: ReadonlySet<JobId>,
  met: ReadonlyMap<JobId, JobRecord>,
  twins: ReadonlyMap<Draft, Draft>,
): EnqueueOutcome | undefined {
  const first = twins.get(draft) ?? draft
  const record = met.get(first.record.id)
  if (record !== undefined) return { record, created: false }
  return stored.has(first.record.id) ? { record: first.record, created: first === draft } : undefined
}

export function idsIn(text: unknown): readonly JobId[] {
  const ids: unknown = typeof text === 'string' ? JSON.parse(text) : text
  return Array.isArray(ids) ? ids.map(String) : []
}

function unreadable(id: string, cause: unknown): unknown {
  if (!(cause instanceof UnreadableRecord)) return cause
  const problem = `what was stored as job ${id} could not be read, and was set aside`
  const cure = 'Enqueue again; `hotline jobs --dead` shows what it was.'
  return new TransportError({ transport: 'postgres', problem, cure, cause })
}
