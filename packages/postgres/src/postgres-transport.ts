import type { Transport, TransportDescription, TransportLimits } from '@hotline/core'
import { SessionTransport } from '@hotline/core'
import type { Database } from './database.ts'
import { PostgresSession } from './postgres-session.ts'
import type { SqlExecutor } from './within-transaction.ts'
import { WithinTransaction } from './within-transaction.ts'

/** What a Postgres transport is made of. */
export interface PostgresPlan {
  readonly schema: string
  readonly limits: TransportLimits
  readonly connect: () => Database
  readonly description: TransportDescription | undefined
}

/** The transport on PostgreSQL. */
export class PostgresTransport extends SessionTransport<PostgresSession> {
  readonly #plan: PostgresPlan

  constructor(plan: PostgresPlan) {
    super({ name: 'postgres', ...plan })
    this.#plan = plan
  }

  /** The version of the server, once open; for people. */
  get server(): string {
    return this.session?.server ?? 'not connected'
  }

  /**
   * A view of this transport that enqueues within a transaction of the application: the job is there when that commits, and
   * leaves no trace when it rolls back. For a client of its own, which is not closed before the transaction ends.
   * @throws ClosedError on each call while this transport is not open
   */
  within(executor: SqlExecutor): Transport {
    return new WithinTransaction(this, (call) => this.at(call).enqueuer(executor))
  }

  /** Makes the schema, or brings it up to date, and does nothing else. @throws TransportError */
  async migrate(): Promise<void> {
    const session = new PostgresSession(this.#plan)
    try {
      await session.migrate()
    } finally {
      await session.close()
    }
  }

  /** What `migrate` would run, for somebody who reads it first. Needs no server. */
  migrationScript(): string {
    return PostgresSession.migrationScript(this.#plan)
  }

  /**
   * Drops both schemas with all jobs and events, for tests and demos. Whoever waits for one of the jobs is told that it is
   * gone. Nothing of this transport works until it is opened again.
   */
  async wipe(): Promise<void> {
    await this.at('wipe').wipe()
    await this.close()
  }

  protected override begin(): PostgresSession {
    return new PostgresSession(this.#plan)
  }
}
