import type { AppendOutcome, JobEvent, JobRecord, ProposedEvent } from '@hotline/core'
import { outcomeOf, reduceAll } from '@hotline/core'

/** What became of several appends to one job, one after the other, each accepted or refused for itself. */
export interface BatchVerdict {
  /** After all of them. */
  readonly record: JobRecord | undefined
  /** What is to be written. */
  readonly events: readonly JobEvent[]
  /** One per append, in their order. */
  readonly outcomes: readonly AppendOutcome[]
}

export function reduceBatch(
  record: JobRecord | undefined,
  appends: readonly (readonly ProposedEvent[])[],
  now: number,
): BatchVerdict {
  let current = record
  const events: JobEvent[] = []
  const outcomes: AppendOutcome[] = []
  for (const append of appends) {
    const verdict = reduceAll(current, append, now)
    current = verdict.record ?? current
    events.push(...verdict.events)
    outcomes.push(outcomeOf(verdict))
  }
  return { record: current, events, outcomes }
}
