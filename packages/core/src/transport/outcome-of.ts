import type { Verdict } from '../job/reducer.ts'
import { plainRecord } from '../job/stored-record.ts'
import type { AppendOutcome } from './transport.ts'

/** For adapters: what to answer when a verdict is written, or has nothing to write. */
export function outcomeOf(verdict: Verdict): AppendOutcome {
  if (verdict.accepted) return { accepted: true, record: plainRecord(verdict.record) }
  const { why, record } = verdict
  return { accepted: false, why, record: record === undefined ? undefined : plainRecord(record) }
}
