import { randomUUID } from 'node:crypto'
import type {
  AppendOutcome,
  Cursor,
  DeadFrame,
  HotlineEvent,
  JobId,
  JobLog,
  JobQuery,
  ProposedEvent,
  ProposedNotice,
  Sighting,
  SubscribeOptions,
} from '@hotline/core'
import { InvalidOptionError, isFinal, matchesQuery, parseEvent } from '@hotline/core'
import type { JobStore } from './job-store.ts'
import type { LogPulse } from './log-pulse.ts'
import type { RedisCalls } from './redis-calls.ts'
import type { StreamEntry } from './stream-entry.ts'
import { entriesIn, timeOf } from './stream-entry.ts'

/** Events per read, and jobs per page of a list. */
const PAGE = 250

/** What the log works with. */
export interface LogDesk {
  readonly calls: RedisCalls
  readonly store: JobStore
  readonly prefix: string
  readonly pulse: LogPulse
  readonly retentionMs: number
  readonly closed: AbortSignal
}

export class RedisLog implements JobLog {
  readonly #desk: LogDesk

  constructor(desk: LogDesk) {
    this.#desk = desk
  }

  append(events: readonly ProposedEvent[]): Promise<AppendOutcome> {
    return this.#desk.store.append(events)
  }

  async note(notice: ProposedNotice): Promise<void> {
    const text = JSON.stringify({ v: 1, ...notice }).slice(0, -1)
    await this.#desk.calls.run('note', 'append a notice', randomUUID(), text)
  }

  async get(id: JobId): Promise<Sighting | undefined> {
    return (await this.#desk.store.sightings([id]))[0]
  }

  /** Newest first, by id, a page at a time. */
  async *list(query: JobQuery): AsyncGenerator<Sighting> {
    const { calls, prefix, store } = this.#desk
    const isOpen = query.state !== undefined && !isFinal(query.state)
    const key = `${prefix}${isOpen ? 'open' : 'jobs'}`
    for (let below = '+'; ; ) {
      const page = await calls.command('list jobs', 'ZREVRANGEBYLEX', key, below, '-', 'LIMIT', 0, PAGE)
      const ids = Array.isArray(page) ? page.map(String) : []
      for (const sighting of await store.sightings(ids))
        if (sighting !== undefined && matchesQuery(sighting, query)) yield sighting
      const last = ids.at(-1)
      if (last === undefined || ids.length < PAGE) return
      below = `(${last}`
    }
  }

  async dead(): Promise<readonly DeadFrame[]> {
    const { calls, prefix } = this.#desk
    const answer = await calls.command('list what is dead', 'LRANGE', `${prefix}dead`, 0, -1)
    return Array.isArray(answer) ? answer.flatMap((text) => deadFrame(String(text)) ?? []) : []
  }

  async subscribe({ from, signal, jobId }: SubscribeOptions): Promise<AsyncIterable<HotlineEvent>> {
    const stop = AbortSignal.any([signal, this.#desk.closed])
    if (from === 'start' && jobId !== undefined) return this.#followJob(jobId, stop)
    // The position is fixed before this resolves: nothing that is appended later is missed.
    const position = from === 'now' ? await this.#end() : from === 'start' ? 'start' : checkCursor(from)
    return this.#follow(position, from, stop, jobId)
  }

  async #end(): Promise<string> {
    const [position] = await this.#desk.calls.run('read', 'find the end of the log', 'end', 0)
    return String(position)
  }

  /** Reads on from a position until there is no more, then waits for the pulse. */
  async *#follow(
    start: string,
    from: Cursor,
    stop: AbortSignal,
    jobId: JobId | undefined,
  ): AsyncGenerator<HotlineEvent> {
    const { calls, pulse } = this.#desk
    let position = start
    let cursor = from
    let ahead: readonly StreamEntry[] | undefined
    while (!stop.aborted) {
      const answer = ahead === undefined ? await this.#read(position, stop) : [position, 0, ahead]
      if (answer === undefined) return
      const [basis, gap, entries] = answer
      position = String(basis)
      if (gap === 1) {
        yield { v: 1, type: 'stream.gap', at: calls.clock.now, from: cursor, cursor: position }
        cursor = position
      }
      for (const entry of entriesIn(entries)) {
        position = entry[0]
        cursor = position
        const event = eventOf(entry)
        if (event !== undefined && (jobId === undefined || isOf(event, jobId))) yield event
        if (stop.aborted) return
      }
      ahead = undefined
      if (entriesIn(entries).length >= PAGE) continue
      const pulsed = await pulse.after(position, stop)
      if (this.#isKept(position)) ahead = pulsed
    }
  }

  /** Whether nothing after the position can have been trimmed, so that what the pulse saw is all that there is. */
  #isKept(position: string): boolean {
    return this.#desk.calls.clock.now - timeOf(position) < this.#desk.retentionMs / 2
  }

  /** A job's past is read from the list of its events, not from the log of all. */
  async *#followJob(jobId: JobId, stop: AbortSignal): AsyncGenerator<HotlineEvent> {
    const [last, entries] = await this.#desk.calls.run('past', 'read the events of a job', jobId)
    for (const entry of entriesIn(entries)) {
      const event = eventOf(entry)
      if (event !== undefined && isOf(event, jobId)) yield event
      if (stop.aborted) return
    }
    const position = last === '' ? 'start' : String(last)
    yield* this.#follow(position, position, stop, jobId)
  }

  /** Undefined when the reader has left meanwhile. An outage ends no reader: it goes on when the server is back. */
  async #read(position: string, stop: AbortSignal): Promise<readonly unknown[] | undefined> {
    const { calls, pulse } = this.#desk
    while (!stop.aborted) {
      try {
        return await calls.run('read', 'read the log', position, PAGE)
      } catch (error) {
        if (stop.aborted) return undefined
        if (!isOutage(error)) throw error
        await pulse.moment(stop)
      }
    }
    return undefined
  }
}

function deadFrame(text: string): DeadFrame | undefined {
  try {
    const { key, reason, at, sample } = { ...JSON.parse(text) }
    if (typeof key !== 'string' || typeof reason !== 'string' || !Number.isFinite(at)) return undefined
    return { key, reason, at, sample: typeof sample === 'string' ? sample : undefined }
  } catch {
    return undefined
  }
}

function isOutage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'TRANSPORT'
}

function checkCursor(cursor: Cursor): Cursor {
  if (/^\d{1,16}-\d{1,16}$/.test(cursor)) return cursor
  throw new InvalidOptionError({
    option: 'from',
    problem: `"${cursor.slice(0, 60)}" is not a cursor of the Redis transport.`,
    cure: 'Give `start`, `now`, or the `cursor` of an event of this log.',
  })
}

/** `undefined` for an entry that no hotline wrote. */
function eventOf([cursor, fields]: StreamEntry): HotlineEvent | undefined {
  const text = Array.isArray(fields) && fields[0] === 'e' ? fields[1] : undefined
  const event = text === undefined ? undefined : parseEvent(text)
  return event === undefined ? undefined : { ...event, cursor }
}

function isOf(event: HotlineEvent, jobId: JobId): boolean {
  return 'jobId' in event && event.jobId === jobId
}
