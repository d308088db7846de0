import type { JobEvent } from '../job/event.ts'
import { isJobId } from '../job/job-id.ts'
import type { EventType } from './event.ts'
import { JOB_EVENT_TYPES } from './event.ts'
import type { Notice } from './notice.ts'

/** An event as a backend stores it, without the cursor that its position gives it. */
export type LoggedEvent = JobEvent | Notice

type Kind = 'number' | 'string' | 'object' | 'array' | 'boolean' | 'any'

/** Fields that each type has beyond the common ones, and that readers rely on. */
const FIELDS: { readonly [T in Exclude<EventType, 'stream.gap'>]: { readonly [field: string]: Kind } } = {
  'job.queued': { priority: 'string', runAt: 'number', limits: 'object', tags: 'array' },
  'job.started': { worker: 'string', slot: 'number', pid: 'number', waitMs: 'number' },
  'job.progress': { progress: 'any', dropped: 'number' },
  'job.logged': { lines: 'array', dropped: 'number' },
  'job.succeeded': { runMs: 'number' },
  'job.retrying': { code: 'string', error: 'object', retryAt: 'number', runMs: 'number' },
  'job.failed': { code: 'string', error: 'object', runMs: 'number' },
  'job.cancelling': {},
  'job.cancelled': { receipt: 'object' },
  'job.lost': { reason: 'string', code: 'string', error: 'object', requeued: 'boolean' },
  'job.released': { reason: 'string', runAt: 'number' },
  'job.expired': { expiresAt: 'number' },
  'attempt.fenced': { refused: 'string', why: 'string' },
  'worker.online': {
    ...{ worker: 'string', host: 'string', pid: 'number', isolation: 'string', queues: 'array' },
    ...{ tasks: 'array', limit: 'number', arithmetic: 'string' },
  },
  'worker.offline': { worker: 'string', released: 'number' },
  'worker.lost': { worker: 'string', lastSeen: 'number' },
  'slot.recycled': { worker: 'string', slot: 'number', reason: 'string', jobsRun: 'number' },
  'queue.paused': { queue: 'string' },
  'queue.resumed': { queue: 'string' },
}

const HEADER = { seq: 'number', jobId: 'string', task: 'string', queue: 'string', attempt: 'number' } as const
const OF_JOBS: ReadonlySet<string> = new Set(JOB_EVENT_TYPES)

/** All fields that an event of a type must have, as a list: it is gone through for every event that anyone reads. */
const REQUIRED: ReadonlyMap<string, readonly (readonly [field: string, kind: Kind])[]> = new Map(
  Object.entries(FIELDS).map(([type, fields]) => {
    const header = OF_JOBS.has(type) ? HEADER : {}
    return [type, Object.entries({ at: 'number', ...header, ...fields } satisfies Record<string, Kind>)]
  }),
)

/** For adapters: what a backend's log holds, if a hotline of this version wrote it; else `undefined`. */
export function parseEvent(text: string): LoggedEvent | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isEvent(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isEvent(value: unknown): value is LoggedEvent {
  if (typeof value !== 'object' || value === null || Reflect.get(value, 'v') !== 1) return false
  const type = String(Reflect.get(value, 'type'))
  const required = REQUIRED.get(type)
  if (required === undefined) return false
  for (const [field, kind] of required) if (!isOfKind(Reflect.get(value, field), kind)) return false
  return !OF_JOBS.has(type) || isJobId(String(Reflect.get(value, 'jobId')))
}

function isOfKind(value: unknown, kind: Kind): boolean {
  if (kind === 'any') return value !== undefined
  if (kind === 'number') return Number.isFinite(value)
  if (kind === 'array') return Array.isArray(value)
  if (kind === 'object') return typeof value === 'object' && value !== null
  return typeof value === kind
}
