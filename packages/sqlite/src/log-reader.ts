/**
 * Reads the log on from a place until there is no more, then waits for a wake-up. Writers follow each other, so the number of an
 * event is its place for good, and nothing is ever stored before what was read.
 *
 *   reading --a full page--> reading
 *   reading --the end--> waiting --wake-up--> reading
 *   reading --the place is trimmed, or of another log--> one stream.gap, and reading from the oldest event kept
 *   reading --the file fails--> waiting --> reading, at the same place
 */
import { setImmediate as turn } from 'node:timers/promises'
import type { Cursor, HotlineEvent, JobId, WakeBoard } from '@hotline/core'
import { InvalidOptionError, parseEvent } from '@hotline/core'
import type { DatabaseFile, Row } from './database-file.ts'
import type { FileClock } from './file-clock.ts'
import type { FileReader } from './file-reader.ts'

/** Events per read. */
const PAGE = 250
/** After a read that failed, before the next, in ms. */
const OUTAGE_MS = 200

/** What a reader of the log works with. */
export interface LogReaderDesk {
  readonly file: DatabaseFile
  readonly clock: FileClock
  readonly reader: FileReader
  readonly board: WakeBoard
}

/** Where and what to read. */
export interface ReadOrder {
  /** Behind this event; undefined for the oldest event kept. */
  readonly after: number | undefined
  /** What the reader gave: told in a gap. */
  readonly from: string
  readonly jobId: JobId | undefined
  readonly stop: AbortSignal
}

interface Page {
  readonly rows: readonly Row[]
  readonly trimmed: number
  readonly last: number
}

export async function* readLog(desk: LogReaderDesk, order: ReadOrder): AsyncGenerator<HotlineEvent> {
  const { jobId, stop } = order
  const ear = desk.board.ear([jobId === undefined ? 'log' : `job:${jobId}`])
  let place = order.after
  let cursor = order.from
  try {
    while (!stop.aborted) {
      const page = await pageBehind(desk, place ?? 0, jobId)
      if (page === undefined) {
        await ear.until(OUTAGE_MS, stop)
        continue
      }
      if (place !== undefined && (place < page.trimmed || place > page.last)) {
        place = page.trimmed
        yield { v: 1, type: 'stream.gap', at: desk.clock.now, from: cursor, cursor: String(place) }
        cursor = String(place)
        continue
      }
      place ??= page.trimmed
      for (const { n, body } of page.rows) {
        place = Number(n)
        cursor = String(n)
        const event = parseEvent(String(body))
        if (event !== undefined) yield { ...event, cursor }
        if (stop.aborted) return
      }
      if (page.rows.length < PAGE) await ear.until(Number.POSITIVE_INFINITY, stop)
      // All of it is synchronous: others of this process have their turn.
      else await turn()
    }
  } finally {
    ear.close()
  }
}

/** Undefined while the file cannot be read: that ends no reader. n.b. the bounds last, so that no trimming in between is missed. */
async function pageBehind(
  { file, reader }: LogReaderDesk,
  place: number,
  jobId: JobId | undefined,
): Promise<Page | undefined> {
  try {
    return await reader.read('read the log', () => {
      const rows =
        jobId === undefined ? file.all('read', place, PAGE) : file.all('read-job', place, PAGE, jobId)
      const bounds = file.get('log-bounds')
      return { rows, trimmed: Number(bounds?.trimmed), last: Number(bounds?.last) }
    })
  } catch (error) {
    if (isOutage(error)) return undefined
    throw error
  }
}

function isOutage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return ['TRANSPORT', 'BACKPRESSURE', 'CLOSED'].includes(code)
}

/** The number of the event that a cursor names. @throws InvalidOptionError for what is no cursor of this transport */
export function placeAt(cursor: Cursor): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new InvalidOptionError({
    option: 'from',
    problem: `"${cursor.slice(0, 60)}" is not a cursor of the SQLite transport.`,
    cure: 'Give `start`, `now`, or the `cursor` of an event of this log.',
  })
}
