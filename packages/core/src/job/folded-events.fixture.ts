/** Records made by folding events, for tests of what comes after. */
import type { JobEvent, JobEventType, ProposedEvent } from './event.ts'
import { propose, queued } from './proposed-events.fixture.ts'
import type { JobRecord } from './record.ts'
import { reduceAll } from './reducer.ts'

export function accept(
  record: JobRecord | undefined,
  proposed: ProposedEvent[],
  at: number,
  events: JobEvent[] = [],
): JobRecord {
  const verdict = reduceAll(record, proposed, at)
  if (!verdict.accepted) throw new Error(`refused: ${verdict.why}`)
  events.push(...verdict.events)
  return verdict.record
}

/** A record after some accepted events. */
export function after(...types: JobEventType[]): JobRecord {
  let record = accept(undefined, [queued()], 0)
  for (const type of types) {
    record = accept(record, [propose(type, type === 'job.started' ? record.attempt + 1 : record.attempt)], 1)
  }
  return record
}
