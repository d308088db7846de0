import { randomUUID } from 'node:crypto'
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
import { isFinal, isJobId, matchesQuery } from '@hotline/core'
import type { Row } from './database.ts'
import type { HintLine } from './hint-line.ts'
import type { JobStore } from './job-store.ts'
import type { ReadStart } from './log-position.ts'
import { positionAt } from './log-position.ts'
import type { ReaderDesk } from './log-reader.ts'
import { readLog } from './log-reader.ts'

/** Jobs per page of a list. */
const PAGE = 250

/** What the log works with. */
export interface LogDesk extends ReaderDesk {
  readonly store: JobStore
  readonly hints: HintLine
  readonly closed: AbortSignal
}

export class PostgresLog implements JobLog {
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
    this.#desk.hints.hint('log')
  }

  async get(id: JobId): Promise<Sighting | undefined> {
    return (await this.#desk.store.sightings([id])).get(id)
  }

  /** Newest first, by id, a page at a time. */
  async *list(query: JobQuery): AsyncGenerator<Sighting> {
    const { calls, store } = this.#desk
    const isOpen = query.state !== undefined && !isFinal(query.state)
    const { task = null, queue = null } = query
    for (let below: string | null = null; ; ) {
      const rows: readonly Row[] = await calls.run('list', 'list jobs', below, isOpen, task, queue, PAGE)
      for (const sighting of (await store.sightingsIn(rows)).values())
        if (matchesQuery(sighting, query)) yield sighting
      if (rows.length < PAGE) return
      below = String(rows.at(-1)?.id)
    }
  }

  async dead(): Promise<readonly DeadFrame[]> {
    const rows = await this.#desk.calls.run('dead', 'list what is dead')
    return rows.map(({ key, reason, at, sample }) => ({
      ...{ key: String(key), reason: String(reason), at: Number(at) },
      sample: typeof sample === 'string' ? sample : undefined,
    }))
  }

  async subscribe({ from, signal, jobId }: SubscribeOptions): Promise<AsyncIterable<HotlineEvent>> {
    const stop = AbortSignal.any([signal, this.#desk.closed])
    // The place is fixed before this resolves: nothing that is appended later is missed.
    const start = await this.#start(from)
    if (jobId !== undefined && !isJobId(jobId)) return nothing()
    return readLog(this.#desk, { start, from, jobId, stop })
  }

  async #start(from: SubscribeOptions['from']): Promise<ReadStart> {
    if (from === 'start') return { after: undefined, unseenBy: undefined }
    if (from !== 'now') return { after: positionAt(from), unseenBy: undefined }
    const [row] = await this.#desk.calls.run('snapshot', 'find the end of the log')
    // What is under way is numbered from here on, and whatever the snapshot saw of that is before.
    const horizon = BigInt(String(row?.horizon ?? 0))
    const xid = String(horizon > 0n ? horizon - 1n : 0n)
    return { after: { xid, n: '9223372036854775806' }, unseenBy: String(row?.snapshot) }
  }
}

async function* nothing(): AsyncGenerator<never> {}
