/**
 * Reads the log on from a place until there is no more, then waits for a hint or the floor.
 *
 *   reading --a full page--> reading
 *   reading --the end--> waiting --hint, floor--> reading
 *   reading --events are held back by a transaction under way--> waiting, a little longer each time --> reading
 *   reading --server out of reach--> waiting --> reading, at the same place
 */
import type { HotlineEvent, JobId, WakeBoard } from '@hotline/core'
import { parseEvent } from '@hotline/core'
import type { Row } from './database.ts'
import type { LogPosition, ReadStart } from './log-position.ts'
import { cursorOf, valuesOf } from './log-position.ts'
import type { PostgresCalls } from './postgres-calls.ts'

/** Events per read. */
const PAGE = 250
/** Between looks while events are held back, in ms: the first, and the longest. */
const HELD_BACK_MS = 5
const LONGEST_HELD_BACK_MS = 200
/** After an outage, before it asks again, in ms. */
const OUTAGE_MS = 200

/** What a reader works with. */
export interface ReaderDesk {
  readonly calls: PostgresCalls
  readonly board: WakeBoard
  readonly floorMs: () => number
}

/** Where and what to read. */
export interface ReadOrder {
  readonly start: ReadStart
  /** What the reader gave: told in a gap. */
  readonly from: string
  readonly jobId: JobId | undefined
  readonly stop: AbortSignal
}

export async function* readLog(desk: ReaderDesk, order: ReadOrder): AsyncGenerator<HotlineEvent> {
  const { start, jobId, stop } = order
  const ear = desk.board.ear([jobId === undefined ? 'log' : `job:${jobId}`])
  let place = start
  let cursor = order.from
  let heldBackMs = HELD_BACK_MS
  try {
    while (!stop.aborted) {
      const rows = await page(desk.calls, jobId, place)
      const [first] = rows ?? []
      if (rows === undefined || first === undefined) {
        await ear.until(OUTAGE_MS, stop)
        continue
      }
      if (first.has_gap === true) {
        place = { ...place, after: { xid: String(first.trimmed_xid), n: String(first.trimmed_n) } }
        const behind = cursorOf(place.after ?? { xid: '0', n: '0' })
        yield { v: 1, type: 'stream.gap', at: Number(first.now), from: cursor, cursor: behind }
        cursor = behind
      }
      for (const row of rows) {
        const after = positionOf(row)
        if (after === undefined) continue
        place = { ...place, after }
        cursor = cursorOf(after)
        const event = eventOf(row, cursor)
        if (event !== undefined) yield event
        if (stop.aborted) return
      }
      if (rows.length >= PAGE) continue
      const isHeldBack = first.is_held_back === true
      await ear.until(isHeldBack ? heldBackMs : desk.floorMs(), stop)
      heldBackMs = isHeldBack ? Math.min(LONGEST_HELD_BACK_MS, heldBackMs * 2) : HELD_BACK_MS
    }
  } finally {
    ear.close()
  }
}

/** Undefined while the server is out of reach: an outage ends no reader. */
async function page(
  calls: PostgresCalls,
  jobId: JobId | undefined,
  place: ReadStart,
): Promise<readonly Row[] | undefined> {
  try {
    return jobId === undefined
      ? await calls.run('read', 'read the log', ...valuesOf(place), PAGE)
      : await calls.run('read-job', 'read the events of a job', jobId, ...valuesOf(place), PAGE)
  } catch (error) {
    if (isOutage(error)) return undefined
    throw error
  }
}

function isOutage(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['TRANSPORT', 'BACKPRESSURE', 'CLOSED'].includes(String(error.code))
  )
}

function positionOf({ xid, n }: Row): LogPosition | undefined {
  return xid === null || xid === undefined ? undefined : { xid: String(xid), n: String(n) }
}

/** `undefined` for what no hotline wrote. */
function eventOf({ body }: Row, cursor: string): HotlineEvent | undefined {
  const event = parseEvent(String(body))
  return event === undefined ? undefined : { ...event, cursor }
}
