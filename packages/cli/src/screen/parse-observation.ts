import type { JobRecord, Observation, Sighting, WorkerPresence } from '@hotline/core'
import { LOOK_TYPES, parseEvent, parseRecord, presenceOf } from '@hotline/core'

/** What is wrong with a line of a recording. */
export class UnreadableLine extends Error {
  override readonly name: string = 'UnreadableLine'
}

/** One line of a recording; every line that `hotline events` writes on a pipe is one, too. @throws UnreadableLine */
export function parseObservation(line: string): Observation {
  const value = objectOf(line)
  if (value.v !== 1)
    throw new UnreadableLine(
      value.v === undefined
        ? 'is nothing that hotline writes'
        : `is of version ${JSON.stringify(value.v).slice(0, 20)}, and this hotline reads version 1`,
    )
  if (typeof value.at !== 'number' || !Number.isFinite(value.at)) throw new UnreadableLine('has no time')
  const look = lookOf({ ...value, at: value.at })
  if (look !== undefined) return look
  if (value.type === 'stream.gap')
    return { v: 1, type: 'stream.gap', at: value.at, from: String(value.from), cursor: String(value.cursor) }
  const event = parseEvent(line)
  if (event === undefined)
    throw new UnreadableLine(`is no event: ${JSON.stringify(value.type)?.slice(0, 40)}`)
  const seenAt = typeof value.seenAt === 'number' && Number.isFinite(value.seenAt) ? value.seenAt : undefined
  return { ...event, cursor: String(value.cursor), seenAt }
}

interface Line {
  readonly [field: string]: unknown
}

function objectOf(line: string): Line {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new UnreadableLine('is no whole JSON')
  }
  if (isObject(value)) return value
  throw new UnreadableLine('is no object')
}

function lookOf(value: Line & { readonly at: number }): Observation | undefined {
  const { at } = value
  const type = LOOK_TYPES.find((known) => known === value.type)
  switch (type) {
    case undefined:
      return undefined
    case 'recording.started':
      return { v: 1, type, at, backend: String(value.backend), tally: tallyOf(value.tally) }
    case 'workers.seen':
      return {
        v: 1,
        type,
        at,
        workers: listOf(value.workers, workerOf),
        paused: listOf(value.paused, String),
      }
    case 'jobs.seen': {
      const { isWhole, isCut } = value
      return {
        v: 1,
        type,
        at,
        jobs: listOf(value.jobs, sightingOf),
        isWhole: isWhole === true,
        isCut: isCut === true,
      }
    }
    case 'backend.lost':
      return { v: 1, type, at, why: String(value.why) }
    case 'backend.found':
      return { v: 1, type, at }
  }
}

type Tally = NonNullable<Extract<Observation, { type: 'recording.started' }>['tally']>

function tallyOf(value: unknown): Tally | undefined {
  if (!isObject(value)) return undefined
  const ended = isObject(value.ended) ? value.ended : {}
  return {
    ...{ events: count(value.events), gaps: count(value.gaps), left: count(value.left) },
    ...{ peakRunning: count(value.peakRunning), isBroken: value.isBroken === true },
    ended: {
      ...{ succeeded: count(ended.succeeded), failed: count(ended.failed) },
      ...{ cancelled: count(ended.cancelled), expired: count(ended.expired) },
    },
  }
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0
}

function workerOf(value: unknown): WorkerPresence {
  const seenAt = isObject(value) ? Number(value.seenAt) : 0
  const presence = presenceOf(value, seenAt)
  if (presence === undefined) throw new UnreadableLine('has a heartbeat that no worker of this version sent')
  return presence
}

function sightingOf(value: unknown): Sighting {
  if (!isObject(value)) throw new UnreadableLine('has a job that is none')
  return { record: recordOf(value.record), observedAt: Number(value.observedAt) }
}

function recordOf(value: unknown): JobRecord {
  try {
    const id = isObject(value) ? String(value.id) : ''
    return parseRecord(id, { record: JSON.stringify(value), start: '' })
  } catch (cause) {
    throw new UnreadableLine(`has a job that cannot be read: ${cause instanceof Error ? cause.message : ''}`)
  }
}

function listOf<T>(value: unknown, read: (item: unknown) => T): T[] {
  if (!Array.isArray(value)) throw new UnreadableLine('lacks a list')
  return value.map((item: unknown) => read(item))
}

function isObject(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
