import type { JobRecord, Lease, Logger, NextJob, ProposedEvent, Settled } from '@hotline/core'
import { isCode } from './error-code.ts'
import { Outage } from './outage.ts'

/** What a settlement needs besides its outcome. */
export interface SettlementDesk {
  readonly logger: Logger
  /** Aborts when the worker can wait no longer: the lease then lapses. */
  readonly giveUp: AbortSignal
}

/**
 * Has the end of an attempt accepted, or refused for good. While the backend is out of reach it tries again: the work
 * is done and must not be lost for a dropped connection. A refusal with `cancelling` means that somebody asked for a
 * stop meanwhile; then the same end is proposed as that of a cancelled job. `next` is asked for once: an answer that was
 * lost may have granted a job. `undefined` = given up.
 */
export async function settle(
  lease: Lease,
  outcome: readonly ProposedEvent[],
  ofCancelled: (record: JobRecord) => readonly ProposedEvent[],
  desk: SettlementDesk,
  next?: NextJob,
): Promise<Settled | undefined> {
  const settled = await propose(lease, outcome, desk, next)
  if (settled === undefined || settled.accepted) return settled
  if (settled.why === 'cancelling' && settled.record !== undefined)
    return propose(lease, ofCancelled(settled.record), desk)
  const { id, attempt } = lease.job
  desk.logger.warn({ jobId: id, attempt, why: settled.why }, 'the outcome of an attempt was refused')
  return settled
}

async function propose(
  lease: Lease,
  outcome: readonly ProposedEvent[],
  { logger, giveUp }: SettlementDesk,
  next?: NextJob,
): Promise<Settled | undefined> {
  let outage: Outage | undefined
  for (;;) {
    try {
      const settled = await lease.settle(outcome, outage === undefined ? next : undefined)
      outage?.over()
      return settled
    } catch (error) {
      if (isCode(error, 'LEASE_LOST')) return { accepted: false, why: 'fenced', record: undefined }
      outage ??= new Outage(logger, 'settle an attempt')
      if (!(await outage.pause(error, giveUp))) return undefined
    }
  }
}
