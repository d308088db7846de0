import { randomUUID } from 'node:crypto'
import type { AppendOutcome, JobId, JobRecord, ProposedEvent, Sighting } from '@hotline/core'
import { isFinal, isJobId, parseRecord, TransportError, UnreadableRecord } from '@hotline/core'
import type { BatchVerdict } from './batch-verdict.ts'
import { reduceBatch } from './batch-verdict.ts'
import type { Row, SqlValue } from './database.ts'
import type { HintLine } from './hint-line.ts'
import type { PostgresCalls } from './postgres-calls.ts'
import { rowOf } from './ticket.ts'
import type { TicketDesk } from './ticket-desk.ts'
import { ticketText } from './ticket-desk.ts'
import { WriteLine } from './write-line.ts'

/** Other writers of the same job may be in between this many times. There are a handful at most. */
const TRIES = 50

/** What the store works with. */
export interface StoreDesk {
  readonly calls: PostgresCalls
  readonly tickets: TicketDesk
  readonly hints: HintLine
}

/** Appends that are written together: what they ask for, and what the job is like. */
interface Order {
  readonly request: string
  readonly before: JobRecord
  readonly appends: readonly (readonly ProposedEvent[])[]
  /** As of now; reduced again when its turn comes. */
  readonly verdict: Written
}

type Written = BatchVerdict & { readonly record: JobRecord }

/** Reads jobs, and writes what the reducer says, compare and set. The statements hold no rule of a job's life. */
export class JobStore {
  readonly #desk: StoreDesk
  readonly #line = new WriteLine((id, known, appends) => this.#write(id, known, appends))

  constructor(desk: StoreDesk) {
    this.#desk = desk
  }

  /** Those that are there, by id. One that nobody could read is set aside. */
  async sightings(ids: readonly JobId[]): Promise<Map<JobId, Sighting>> {
    const known = ids.filter((id) => isJobId(id))
    if (known.length === 0) return new Map()
    return this.sightingsIn(await this.#desk.calls.run('sighting', 'read jobs', JSON.stringify(known)))
  }

  /** Rows with a job each, or none. */
  async sightingsIn(rows: readonly Row[]): Promise<Map<JobId, Sighting>> {
    const found = new Map<JobId, Sighting>()
    for (const { id, record, start, lease_until: until, now } of rows) {
      if (typeof id !== 'string') continue
      try {
        const stored = parseRecord(id, { record: String(record), start: String(start) })
        const leaseUntil = until === null ? undefined : Number(until)
        found.set(id, { record: stored, observedAt: Number(now), leaseUntil })
      } catch (error) {
        await this.setAside(id, error)
      }
    }
    return found
  }

  async append(events: readonly ProposedEvent[]): Promise<AppendOutcome> {
    const id = events[0]?.jobId ?? ''
    const seen = (await this.sightings([id])).get(id)
    return this.write(id, seen?.record, events)
  }

  /** Reduces from `known`, and again from what the server has when that is newer. */
  write(id: JobId, known: JobRecord | undefined, events: readonly ProposedEvent[]): Promise<AppendOutcome> {
    return this.#line.append(id, known, events)
  }

  async #write(
    id: JobId,
    known: JobRecord | undefined,
    appends: readonly (readonly ProposedEvent[])[],
  ): Promise<readonly AppendOutcome[]> {
    const request = randomUUID()
    let record = known
    let isFresh = known === undefined
    let written: Written | undefined
    for (let tries = 0; tries < TRIES; tries++) {
      const verdict = reduceBatch(record, appends, this.#desk.calls.clock.now)
      // A record that may be old refuses nothing: only what the server has counts.
      if (isFresh || verdict.outcomes.every(({ accepted }) => accepted)) {
        if (verdict.events.length === 0 || verdict.record === undefined || record === undefined)
          return verdict.outcomes
        const order = { request, before: record, appends, verdict: { ...verdict, record: verdict.record } }
        const put = await this.#put(order)
        if (put.isDone) return put.verdict.outcomes
        written = put.verdict
      }
      const reread = await this.#reread(id, request)
      // An earlier try was done, though its answer was lost.
      if (reread.isWritten && written !== undefined) return written.outcomes
      record = reread.record
      isFresh = true
    }
    throw crowdError()
  }

  /** Whether it was written, and what: the job was as it was read, and the clock right. */
  async #put(order: Order): Promise<{ readonly isDone: boolean; readonly verdict: Written }> {
    const { calls, tickets, hints } = this.#desk
    const { id, queue } = order.before
    let { verdict } = order
    const { isQueued } = movesOf(order.before, verdict.record)
    const ticket = isQueued ? randomUUID() : undefined
    const insert = isQueued ? await tickets.insert(queue, calls.shelf.text('write-ticket')) : undefined
    const requeued = insert === undefined ? '' : `, requeued as (${insert})`
    const text = calls.shelf.text('write', { requeued })
    const [answer] = await calls.runText(text, 'append events', () => {
      const { now } = calls.clock
      const again = reduceBatch(order.before, order.appends, now)
      if (again.record !== undefined) verdict = { ...again, record: again.record }
      return writeValues(order, verdict, ticket, now)
    })
    if (answer?.is_skewed === true) calls.clock.correct(Number(answer.now))
    const isDone = answer?.is_done === true
    if (isDone) hints.hint('log', `job:${id}`, ...(isQueued ? [`queue:${queue}`] : []))
    return { isDone, verdict }
  }

  async #reread(
    id: JobId,
    request: string,
  ): Promise<{ readonly record: JobRecord | undefined; readonly isWritten: boolean }> {
    const [row] = isJobId(id) ? await this.#desk.calls.run('reread', 'read a job', id, request) : []
    if (row === undefined) return { record: undefined, isWritten: false }
    try {
      const record = parseRecord(id, { record: String(row.record), start: String(row.start) })
      return { record, isWritten: row.is_written === true }
    } catch (error) {
      await this.setAside(id, error)
      return { record: undefined, isWritten: false }
    }
  }

  /** Keeps what cannot be read out of the way of the rest. */
  async setAside(id: string, error: unknown): Promise<void> {
    if (!(error instanceof UnreadableRecord)) throw error
    await this.#desk.calls.run('set-aside', 'set a broken job aside', id, error.message)
  }
}

/** Whether the ticket of a job goes on to stand for it, and whether it needs a new one. */
function movesOf(
  before: JobRecord,
  after: JobRecord,
): { readonly keepsTicket: boolean; readonly isQueued: boolean } {
  const { place } = rowOf(after)
  const keepsTicket = rowOf(before).place === place && before.attempt === after.attempt
  return { keepsTicket, isQueued: place === 0 && !keepsTicket }
}

function writeValues(
  { request, before }: Order,
  { record, events }: Written,
  ticket: string | undefined,
  now: number,
): SqlValue[] {
  const { place, head, since } = rowOf(record)
  const row = {
    ...{ seq: record.seq, place, attempt: record.attempt, head, updated_at: record.updatedAt, since },
    ...{ record: JSON.stringify(record), keeps_ticket: movesOf(before, record).keepsTicket, ticket },
    forget_at: isFinal(record.state) ? now + record.limits.retentionMs : null,
  }
  const texts = JSON.stringify(events.map((event) => JSON.stringify(event)))
  const values = [request, record.id, before.seq, now, JSON.stringify(row), texts]
  return ticket === undefined ? values : [...values, ticketText(ticket, record, now)]
}

function crowdError(): TransportError {
  return new TransportError({
    transport: 'postgres',
    problem: `The job changed, or the clock of the server jumped, at each of ${TRIES} attempts to append events`,
    cure: 'Try again; if it stays so, look at the load and the clock of the server.',
  })
}
