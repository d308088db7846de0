import { isFinal, openAttempt } from '../job/record.ts'
import type { Sighting } from '../job/truth.ts'

/** Why a state is believed: who saw it, when, and until when it can be trusted. Times in ms since 1970. */
export interface Evidence {
  /** Name of the transport that was asked. */
  readonly source: string
  /** When it answered, by its own clock; by this process's where it had nothing to say of the job. */
  readonly observedAt: number
  /** Number of events behind the state; 0 = the backend has none of this job. */
  readonly seq: number
  /**
   * Until then only an event of the job changes the state, and not time alone: a final one stands for ever, a running
   * one is lost when its lease lapses, a scheduled one queued when it is due. A waiting job may start at any moment, so
   * it is trusted for its own instant only.
   */
  readonly trustedUntil: number | 'forever'
  /** Who runs it, or ran it last. */
  readonly worker?: string | undefined
  readonly slot?: number | undefined
  readonly pid?: number | undefined
}

/** The evidence of a sighting. */
export function evidenceOf(source: string, sighting: Sighting): Evidence {
  const { record, observedAt } = sighting
  const last = openAttempt(record) ?? record.attempts.at(-1)
  const holder = last === undefined ? {} : { worker: last.worker, slot: last.slot, pid: last.pid }
  return { source, observedAt, seq: record.seq, trustedUntil: trustedUntil(sighting), ...holder }
}

function trustedUntil({ record, observedAt, leaseUntil }: Sighting): Evidence['trustedUntil'] {
  if (isFinal(record.state)) return 'forever'
  if (record.state === 'running') return leaseUntil ?? observedAt
  return record.state === 'scheduled' ? Math.max(record.runAt, observedAt) : observedAt
}
