import { isJobId } from './job-id.ts'
import type { Holder, JobRecord } from './record.ts'
import { FINAL_STATES } from './record.ts'
import { reduceAll } from './reducer.ts'

/** For adapters: what a backend keeps of a job as text: its record, and a start that is not folded in yet, or ''. */
export interface StoredRecord {
  readonly record: string
  /** `{ attempt, worker, slot, pid, at }` as JSON, written by a backend that starts a prepared attempt by itself. */
  readonly start: string
}

interface Start extends Holder {
  readonly attempt: number
  readonly at: number
}

/** Thrown for what no hotline wrote, or another version did. The text says what is wrong. */
export class UnreadableRecord extends Error {
  override readonly name: string = 'UnreadableRecord'
}

const STATES: readonly string[] = ['scheduled', 'queued', 'running', 'retrying', ...FINAL_STATES]
const TEXTS = ['id', 'task', 'queue', 'digest'] as const
const COUNTS = ['seq', 'attempt', 'failures', 'crashes', 'misses', 'queuedAt', 'runAt', 'updatedAt'] as const

/** The record with its start folded in. @throws UnreadableRecord */
export function parseRecord(id: string, { record, start }: StoredRecord): JobRecord {
  const stored = readRecord(id, record)
  if (start === '') return stored
  const { at, ...holder } = parseStart(start)
  const verdict = reduceAll(stored, [{ type: 'job.started', jobId: id, ...holder }], at)
  if (!verdict.accepted) throw new UnreadableRecord(`its start does not follow: ${verdict.why}`)
  return plainRecord(verdict.record)
}

/** As JSON carries it, so that a record is the same whether it was written just now or read. */
export function plainRecord(record: JobRecord): JobRecord {
  return withoutUndefined(record)
}

function readRecord(id: string, text: string): JobRecord {
  const value = parse(text)
  if (value.v !== 1)
    throw new UnreadableRecord(`its record has version ${String(value.v).slice(0, 20)}, not 1`)
  if (value.id !== id || !isJobId(id)) throw new UnreadableRecord('its record is of another id')
  if (!isRecord(value)) throw new UnreadableRecord('its record lacks what every record has')
  return value
}

function parseStart(text: string): Start {
  const { attempt, worker, slot, pid, at } = parse(text)
  const isWhole = [attempt, slot, pid, at].every((part) => Number.isSafeInteger(part))
  if (!isWhole || typeof worker !== 'string')
    throw new UnreadableRecord('its start lacks what every start has')
  return { attempt: Number(attempt), worker, slot: Number(slot), pid: Number(pid), at: Number(at) }
}

function parse(text: string): { readonly [name: string]: unknown } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new UnreadableRecord('its record is no JSON')
  }
  if (isObject(value)) return value
  throw new UnreadableRecord('its record is no object')
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null
}

/** Enough for the reducer, which has the last word, to work on it. */
function isRecord(value: object): value is JobRecord {
  const field = (name: string): unknown => Reflect.get(value, name)
  return (
    TEXTS.every((name) => typeof field(name) === 'string') &&
    COUNTS.every((name) => Number.isSafeInteger(field(name))) &&
    STATES.includes(String(field('state'))) &&
    ['high', 'normal', 'low'].includes(String(field('priority'))) &&
    Array.isArray(field('tags')) &&
    Array.isArray(field('attempts')) &&
    isLimits(field('limits'))
  )
}

function isLimits(limits: unknown): boolean {
  if (typeof limits !== 'object' || limits === null) return false
  const backoff: unknown = Reflect.get(limits, 'backoff')
  return (
    ['attempts', 'crashLimit', 'retentionMs'].every((name) => Number.isFinite(Reflect.get(limits, name))) &&
    typeof backoff === 'object' &&
    backoff !== null
  )
}

/** What `JSON.parse(JSON.stringify(value))` makes of plain data, at a fifth of its time. */
function withoutUndefined<T>(value: T): T
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutUndefined(item))
  if (typeof value !== 'object' || value === null) return value
  const kept: { [name: string]: unknown } = {}
  for (const name of Object.keys(value)) {
    const item: unknown = Reflect.get(value, name)
    if (item !== undefined) kept[name] = typeof item === 'object' ? withoutUndefined(item) : item
  }
  return kept
}
