/**
 * What the log stream holds, one JSON text per message. An entry is an offer: what it does, `fold.ts` decides, the same
 * for everybody who reads it.
 *
 *   events   events of one job that stand or fall together. `input` with the founding one; `claim` from a reserve, which
 *            a paused queue refuses; `mark` from a sweep: only if the lease was not extended since that offset
 *   notice   of a worker or a slot
 *   switch   pauses or resumes a queue
 *   pulse    extends leases; with none, it only marks how far the log was read
 *   beat     a worker's heartbeat, `leave` its goodbye, `silence` that it was not heard since the beat at `mark`
 *   say      a message to those who listen
 *   keep     an unfinished job whose first entry is about to age out: its record and input again, as of the offset `asOf`
 *
 * `by` is the session that wrote it and `n` its how-many-th, so that what is sent twice counts once. `at` is the
 * broker's time as its author knew it.
 */
import type { ControlMessage, JobId, ProposedEvent, ProposedNotice, WorkerPresence } from '@hotline/core'
import { isJobId, JOB_EVENT_TYPES, parseControlMessage, presenceOf } from '@hotline/core'

/** What an entry offers. */
export type Offer =
  | {
      readonly kind: 'events'
      readonly events: readonly ProposedEvent[]
      readonly input?: string | undefined
      readonly claim?: true | undefined
      readonly mark?: number | undefined
    }
  | { readonly kind: 'notice'; readonly notice: ProposedNotice }
  | { readonly kind: 'switch'; readonly queue: string; readonly paused: boolean }
  | { readonly kind: 'pulse'; readonly leases: readonly (readonly [JobId, number])[] }
  | { readonly kind: 'beat'; readonly presence: WorkerPresence }
  | { readonly kind: 'leave'; readonly worker: string }
  | { readonly kind: 'silence'; readonly worker: string; readonly mark: number }
  | { readonly kind: 'say'; readonly message: ControlMessage }
  | {
      readonly kind: 'keep'
      readonly record: string
      readonly input: string
      readonly asOf: number
    }

/** An offer with who made it, and when. */
export interface Entry {
  readonly v: 1
  readonly by: string
  readonly n: number
  readonly at: number
  readonly offer: Offer
}

/** Thrown for what no hotline wrote, or another version did. The text says what is wrong. */
export class UnreadableEntry extends Error {
  override readonly name: string = 'UnreadableEntry'
}

/** @throws UnreadableEntry */
export function parseEntry(text: string): Entry {
  const value = fieldsOf(parseJson(text))
  if (value.v !== 1) throw new UnreadableEntry(`it has version ${String(value.v).slice(0, 20)}, not 1`)
  const { by, n, at } = value
  if (typeof by !== 'string' || !isCount(n) || !isCount(at))
    throw new UnreadableEntry('it lacks what every entry has')
  const offer = offerIn(fieldsOf(value.offer))
  if (offer === undefined) throw new UnreadableEntry('what it offers is nothing that hotline offers')
  return { v: 1, by, n, at, offer }
}

interface Fields {
  readonly [name: string]: unknown
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UnreadableEntry('it is no JSON')
  }
}

function fieldsOf(value: unknown): Fields {
  if (isFields(value)) return value
  throw new UnreadableEntry('it is no object')
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** `undefined` for what has not the shape of its kind. */
function offerIn(fields: Fields): Offer | undefined {
  const { kind, queue, worker, mark } = fields
  switch (kind) {
    case 'events':
      return eventsIn(fields)
    case 'notice':
      return isNotice(fields.notice) ? { kind, notice: fields.notice } : undefined
    case 'switch':
      return typeof queue === 'string' ? { kind, queue, paused: fields.paused === true } : undefined
    case 'pulse':
      return isLeases(fields.leases) ? { kind, leases: fields.leases } : undefined
    case 'beat': {
      const presence = presenceOf(fields.presence, 0)
      return presence === undefined ? undefined : { kind, presence }
    }
    case 'leave':
      return typeof worker === 'string' ? { kind, worker } : undefined
    case 'silence':
      return typeof worker === 'string' && isCount(mark) ? { kind, worker, mark } : undefined
    case 'say': {
      const message = parseControlMessage(JSON.stringify(fields.message))
      return message === undefined ? undefined : { kind, message }
    }
    case 'keep':
      return keepIn(fields)
    default:
      return undefined
  }
}

function eventsIn({ events, input, claim, mark }: Fields): Offer | undefined {
  if (!isProposal(events)) return undefined
  return {
    ...{ kind: 'events', events },
    input: typeof input === 'string' ? input : undefined,
    claim: claim === true ? true : undefined,
    mark: isCount(mark) ? mark : undefined,
  }
}

function keepIn({ record, input, asOf }: Fields): Offer | undefined {
  if (typeof record !== 'string' || typeof input !== 'string' || !isCount(asOf)) return undefined
  return { kind: 'keep', record, input, asOf }
}

const TYPES: ReadonlySet<unknown> = new Set(JOB_EVENT_TYPES)

/** Enough for the reducer to work on; what it makes of them is looked at once more. */
function isProposal(value: unknown): value is readonly ProposedEvent[] {
  if (!Array.isArray(value) || value.length === 0) return false
  const id: unknown = isFields(value[0]) ? value[0].jobId : undefined
  return (
    isJobId(id) &&
    value.every(
      (event) => isFields(event) && event.jobId === id && TYPES.has(event.type) && isCount(event.attempt),
    )
  )
}

function isNotice(value: unknown): value is ProposedNotice {
  return isFields(value) && typeof value.type === 'string' && !TYPES.has(value.type)
}

function isLeases(value: unknown): value is readonly (readonly [JobId, number])[] {
  return (
    Array.isArray(value) &&
    value.every((one) => Array.isArray(one) && one.length === 2 && isJobId(one[0]) && isCount(one[1]))
  )
}
