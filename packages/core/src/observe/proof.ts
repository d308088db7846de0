import type { HotlineEvent } from '../events/event.ts'
import type { JobId } from '../job/job-id.ts'
import { ProofLedger } from './proof-ledger.ts'

/**
 * What a log can be found guilty of, or to lack.
 *
 *   limit          a worker had more jobs under way than its limit
 *   overlap        two attempts were under way in one slot of one worker
 *   held           a worker held an attempt that it did not run
 *   duplicate      two attempts of one job were under way at once, or a job ended twice
 *   lost           a job was forgotten: nobody runs it, and nobody will
 *   disorder       an event that does not follow from those before it
 *   gap            events are missing, so nothing is proved
 *   unknown-limit  a worker took jobs and the log does not tell its limit, so nothing is proved
 */
export type ViolationKind =
  | 'limit'
  | 'overlap'
  | 'held'
  | 'duplicate'
  | 'lost'
  | 'disorder'
  | 'gap'
  | 'unknown-limit'

/** One thing that is wrong, where in the log (ms since 1970), and with which jobs. */
export interface Violation {
  readonly kind: ViolationKind
  readonly text: string
  readonly jobs: readonly JobId[]
  readonly from: number
  readonly to: number
}

/** The bound of one worker against what it had under way. */
export interface WorkerProof {
  readonly worker: string
  readonly limit: number | undefined
  /** What told the limit: `worker.online`, or a heartbeat where the log no longer has that. */
  readonly limitFrom: 'log' | 'heartbeat' | undefined
  readonly peakRunning: number
  readonly peakHeldIdle: number
}

/**
 * What the event log alone proves of held = running, no loss and no duplicate. The log is taken in its own order, which
 * is that of the backend, so that no two clocks are compared.
 */
export interface Proof {
  /** `refuted` = a rule was broken; `unprovable` = none is seen broken, but the log is not whole. */
  readonly verdict: 'proved' | 'refuted' | 'unprovable'
  /** True for `proved` alone. */
  readonly ok: boolean
  readonly jobs: number
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
  readonly expired: number
  /** Without a final event, lost ones included. */
  readonly unfinished: number
  readonly attempts: number
  /** Attempts that ended with a dead process or worker: `job.lost`. Their jobs ran again, or failed with a reason. */
  readonly lostAttempts: number
  /** Jobs that nobody runs and nobody will. */
  readonly lost: number
  /** Jobs that ran twice at once, or ended twice. */
  readonly duplicates: number
  /** Most attempts under way at once, on all workers together. */
  readonly peakRunning: number
  /** Attempts that were under way at `since`. They count in every peak; 0 for a log from its start. */
  readonly runningAtStart: number
  /** Most that the workers online at once could run together. */
  readonly limit: number
  /**
   * Most attempts at once that a worker held and did not run. To hold is to have started: `job.started` is the lease.
   * Not run is what shares its slot, since a slot has one process, and what was held longer than it ran (`runMs`) by
   * more than `handOverMs`. An idleness shorter than that is invisible to the log.
   */
  readonly peakHeldIdle: number
  /** Most memory that an attempt took, in bytes, where the workers could tell. */
  readonly peakRss: number | undefined
  readonly gaps: number
  /** From the first start of an attempt to the last end of one. */
  readonly makespanMs: number
  /** The same for {@link listSchedule}: the same attempts, in the order of their starts, on `limit` slots. */
  readonly idealMs: number
  /** `idealMs / makespanMs`; 1 where nothing ran. */
  readonly efficiency: number
  readonly workers: readonly WorkerProof[]
  /** How many there are of each kind that there is. */
  readonly violationCounts: Readonly<Partial<Record<ViolationKind, number>>>
  /** The first 1000. */
  readonly violations: readonly Violation[]
}

export interface ProofOptions {
  /** The run is over: a job without a final event counts as lost. Default false, for a log that goes on. */
  readonly finished?: boolean | undefined
  /** How long an attempt may be held beyond its run before it counts as held idle, in ms. Default 1000. */
  readonly handOverMs?: number | undefined
  /** The lease of the backend, in ms: the attempt of a vanished worker is lost after two. Default 30 s. */
  readonly leaseMs?: number | undefined
  /**
   * Judge only what happened at this time or later, in ms since 1970. The log before it tells what was under way then. A
   * job whose first events were trimmed by age is no gap; an attempt whose start was is one.
   */
  readonly since?: number | undefined
  /** Workers whose heartbeats are current, with their limits: they are not gone, and their limit is known. Default none. */
  readonly alive?: ReadonlyMap<string, number> | undefined
}

/** Reads a log from its start and says what it proves. For a log that comes bit by bit, see {@link ProofLedger}. */
export function prove(events: Iterable<HotlineEvent>, options: ProofOptions = {}): Proof {
  const ledger = new ProofLedger(options)
  for (const event of events) ledger.add(event)
  return ledger.proof()
}
