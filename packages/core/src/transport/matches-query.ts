import type { Sighting } from '../job/truth.ts'
import { stateOf } from '../job/truth.ts'
import type { JobQuery } from './transport.ts'

/** For adapters: whether a job is one of those that were asked for. */
export function matchesQuery(sighting: Sighting, { state, task, queue, tag }: JobQuery): boolean {
  const { record } = sighting
  if (task !== undefined && record.task !== task) return false
  if (queue !== undefined && record.queue !== queue) return false
  if (tag !== undefined && !record.tags.includes(tag)) return false
  return state === undefined || stateOf(sighting) === state
}
