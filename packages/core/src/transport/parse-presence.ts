import type { WorkerPresence } from './presence.ts'

const TEXTS = ['worker', 'host', 'state'] as const
const NUMBERS = ['pid', 'startedAt', 'everyMs', 'limit', 'held', 'running', 'supervisorRss'] as const
const LISTS = ['queues', 'tasks', 'slots'] as const

/**
 * For adapters: a worker's heartbeat as a backend keeps it, in JSON, with the time at which the backend heard it;
 * `undefined` for what no worker of this version says.
 */
export function parsePresence(text: string, seenAt: number): WorkerPresence | undefined {
  try {
    return presenceOf(JSON.parse(text), seenAt)
  } catch {
    return undefined
  }
}

/** The same for what is parsed already. */
export function presenceOf(value: unknown, seenAt: number): WorkerPresence | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return isPresence(value) ? { ...value, seenAt } : undefined
}

function isPresence(value: object): value is WorkerPresence {
  const field = (name: string): unknown => Reflect.get(value, name)
  return (
    TEXTS.every((name) => typeof field(name) === 'string') &&
    NUMBERS.every((name) => Number.isFinite(field(name))) &&
    (field('memory') === undefined || Number.isFinite(field('memory'))) &&
    LISTS.every((name) => Array.isArray(field(name)))
  )
}
