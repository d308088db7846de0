import { rm } from 'node:fs/promises'
import type { TransportDescription, TransportLimits } from '@hotline/core'
import { SessionTransport } from '@hotline/core'
import type { TimeSource } from './file-clock.ts'
import { SqliteSession } from './sqlite-session.ts'

/** What a SQLite transport is made of. */
export interface SqlitePlan {
  readonly file: string
  readonly limits: TransportLimits
  readonly lockTimeoutMs: number
  readonly time: TimeSource
  readonly description?: TransportDescription | undefined
}

/** The transport on a file. */
export class SqliteTransport extends SessionTransport<SqliteSession> {
  readonly #plan: SqlitePlan

  constructor(plan: SqlitePlan) {
    super({ name: 'sqlite', ...plan })
    this.#plan = plan
  }

  get file(): string {
    return this.#plan.file
  }

  /** Deletes the file with all its jobs and events, for tests and demos. Nothing works until it is opened again. */
  async wipe(): Promise<void> {
    this.at('wipe')
    await this.close()
    for (const ending of ['', '-wal', '-shm', '-wake'])
      await rm(`${this.#plan.file}${ending}`, { force: true })
  }

  protected override begin(): SqliteSession {
    return new SqliteSession(this.#plan)
  }
}
