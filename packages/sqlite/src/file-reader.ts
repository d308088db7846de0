import { setTimeout as pass } from 'node:timers/promises'
import { ClosedError } from '@hotline/core'
import type { DatabaseFile } from './database-file.ts'
import { isBusy, troubleOf } from './file-trouble.ts'

/** Between two tries, in ms: somebody empties the log of the database, or mends it after a crash. */
const RETRY_MS = 5

/** What a reader works with. */
export interface ReaderDesk {
  readonly file: DatabaseFile
  readonly lockTimeoutMs: number
  readonly closed: AbortSignal
}

/** Reads of a file. They wait for no writer, and for others as long as a write would. */
export class FileReader {
  readonly #desk: ReaderDesk

  constructor(desk: ReaderDesk) {
    this.#desk = desk
  }

  /** `what` completes "cannot …". @throws TransportError, BackpressureError, ClosedError */
  async read<T>(what: string, body: () => T): Promise<T> {
    const { file, lockTimeoutMs, closed } = this.#desk
    const until = performance.now() + lockTimeoutMs
    for (;;) {
      if (closed.aborted) throw new ClosedError({ what: 'sqlite transport', call: what })
      try {
        file.checkIdentity()
        return body()
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) throw troubleOf(error, what, file.path)
      }
      await pass(RETRY_MS)
    }
  }
}
