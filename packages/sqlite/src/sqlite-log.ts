import { setImmediate as turn } from 'node:timers/promises'
import type {
  AppendOutcome,
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
import { isFinal, matchesQuery, UnreadableRecord } from '@hotline/core'
import type { Row } from './database-file.ts'
import type { FileWriter } from './file-writer.ts'
import type { JobStore } from './job-store.ts'
import { sightingOf, storedJob } from './job-store.ts'
import type { LogReaderDesk } from './log-reader.ts'
import { placeAt, readLog } from './log-reader.ts'

/** Jobs per page of a list. */
const PAGE = 250
/** Behind every id in the order of texts. */
const BEHIND_ALL = 'g'

/** What the log works with. */
export interface LogDesk extends LogReaderDesk {
  readonly writer: FileWriter
  readonly store: JobStore
  readonly closed: AbortSignal
}

export class SqliteLog implements JobLog {
  readonly #desk: LogDesk

  constructor(desk: LogDesk) {
    this.#desk = desk
  }

  append(events: readonly ProposedEvent[]): Promise<AppendOutcome> {
    const { store, writer } = this.#desk
    return writer.write('append events', (now) => store.append(events[0]?.jobId ?? '', events, now))
  }

  note(notice: ProposedNotice): Promise<void> {
    const { store, writer } = this.#desk
    return writer.write('append a notice', (now) => store.note(notice, now))
  }

  async get(id: JobId): Promise<Sighting | undefined> {
    const { file, clock, reader, writer, store } = this.#desk
    if (clock.hasJumped) await writer.write('move leases', () => {})
    const row = await reader.read('get a job', () => file.get('job', id))
    if (row === undefined) return undefined
    const sighting = this.#sighting(row)
    if (sighting === undefined)
      await writer.write('set a broken job aside', (now) => void store.find(id, now))
    return sighting
  }

  /** Newest first, by id, a page at a time. */
  async *list(query: JobQuery): AsyncGenerator<Sighting> {
    const { file, reader, writer, store } = this.#desk
    const name = query.state !== undefined && !isFinal(query.state) ? 'list-open' : 'list'
    const { task = null, queue = null } = query
    for (let below = BEHIND_ALL; ; ) {
      const rows = await reader.read('list jobs', () => file.all(name, below, task, queue, PAGE))
      for (const row of rows) {
        const sighting = this.#sighting(row)
        if (sighting === undefined)
          await writer.write('set a broken job aside', (now) => void store.find(String(row.id), now))
        else if (matchesQuery(sighting, query)) yield sighting
      }
      if (rows.length < PAGE) return
      below = String(rows.at(-1)?.id)
      await turn()
    }
  }

  async dead(): Promise<readonly DeadFrame[]> {
    const { file, reader } = this.#desk
    const rows = await reader.read('list what is dead', () => file.all('dead'))
    return rows.map(({ key, reason, at, sample }) => ({
      ...{ key: String(key), reason: String(reason), at: Number(at) },
      sample: typeof sample === 'string' ? sample : undefined,
    }))
  }

  async subscribe({ from, signal, jobId }: SubscribeOptions): Promise<AsyncIterable<HotlineEvent>> {
    const { file, reader, closed } = this.#desk
    const stop = AbortSignal.any([signal, closed])
    // The place is fixed before this resolves: nothing that is appended later is missed.
    const last = await reader.read('find the end of the log', () => Number(file.get('log-bounds')?.last))
    const after = from === 'start' ? undefined : from === 'now' ? last : placeAt(from)
    return readLog(this.#desk, { after, from, jobId, stop })
  }

  /** Undefined for a job that nobody can read. */
  #sighting(row: Row): Sighting | undefined {
    try {
      return sightingOf(storedJob(row), this.#desk.clock.now)
    } catch (error) {
      if (error instanceof UnreadableRecord) return undefined
      throw error
    }
  }
}
