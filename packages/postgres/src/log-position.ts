import type { Cursor } from '@hotline/core'
import { InvalidOptionError } from '@hotline/core'
import type { SqlValue } from './database.ts'

/** A place in the log: behind the event with this transaction and number. As the cursor `123-45`. */
export interface LogPosition {
  readonly xid: string
  readonly n: string
}

/** From where a reader reads: behind a position, without the events that a snapshot saw. */
export interface ReadStart {
  readonly after: LogPosition | undefined
  readonly unseenBy: string | undefined
}

const FORM = /^(\d{1,20})-(\d{1,19})$/
const LARGEST_XID = 2n ** 64n
const LARGEST_N = 2n ** 63n

export function cursorOf({ xid, n }: LogPosition): Cursor {
  return `${xid}-${n}`
}

/** @throws InvalidOptionError for what is no cursor of this transport */
export function positionAt(cursor: Cursor): LogPosition {
  const [, xid, n] = FORM.exec(cursor) ?? []
  if (xid !== undefined && n !== undefined && BigInt(xid) < LARGEST_XID && BigInt(n) < LARGEST_N)
    return { xid, n }
  throw new InvalidOptionError({
    option: 'from',
    problem: `"${cursor.slice(0, 60)}" is not a cursor of the Postgres transport.`,
    cure: 'Give `start`, `now`, or the `cursor` of an event of this log.',
  })
}

/** As `read.sql` and `read-job.sql` take it. */
export function valuesOf({ after, unseenBy }: ReadStart): readonly SqlValue[] {
  return [after?.xid ?? null, after?.n ?? null, unseenBy ?? null]
}
