import type {
  ControlBus,
  EnqueueOutcome,
  JobLog,
  JobQueue,
  NewJob,
  Transport,
  TransportLimits,
} from '@hotline/core'
import type { Row, SqlValues } from './database.ts'
import { valuesNow } from './database.ts'
import type { Enqueuer, Execute } from './enqueuer.ts'

/**
 * Runs a statement within a transaction: a client of `pg` between `BEGIN` and `COMMIT`, a transaction of PGlite, or what
 * `fromDrizzle`, `fromKysely`, `fromKnex` or `fromPrisma` of pg-boss make of one.
 */
export type SqlExecutor =
  | { query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }> }
  | { executeSql(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }> }

/** A transport that enqueues over an executor, and is for the rest the transport that it is a view of. */
export class WithinTransaction implements Transport {
  readonly name: string
  readonly limits: TransportLimits
  readonly queue: JobQueue
  readonly log: JobLog
  readonly control: ControlBus

  constructor(whole: Transport, enqueuerAt: (call: string) => Enqueuer) {
    this.name = whole.name
    this.limits = whole.limits
    this.log = whole.log
    this.control = whole.control
    const enqueue = async (
      jobs: readonly NewJob[],
      turn?: Promise<void>,
    ): Promise<readonly EnqueueOutcome[]> => enqueuerAt('enqueue').enqueue(jobs, turn)
    this.queue = { ...whole.queue, enqueue }
  }

  /** The transport that this is a view of is opened and closed by itself. */
  async open(): Promise<void> {}

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** Statements over an executor. No deadline and no second try: the transaction is the application's. */
export function executeWith(executor: SqlExecutor): Execute {
  return async (text: string, _what: string, values: SqlValues): Promise<readonly Row[]> => {
    const { rows } =
      'executeSql' in executor
        ? await executor.executeSql(text, valuesNow(values))
        : await executor.query(text, valuesNow(values))
    return rows.map((row) => (typeof row === 'object' && row !== null ? { ...row } : {}))
  }
}
