import type { JobId } from '@hotline/core'
import type { LogWriter } from './log-writer.ts'

type Held = readonly [JobId, number]

interface Batch {
  readonly leases: Held[]
  readonly done: Promise<void>
}

/**
 * Marks how far the log was read, and extends leases on the way. What is asked for within one turn of the event loop goes
 * into one entry, so many slots and many readers cost one.
 */
export class PulseLine {
  readonly #writer: LogWriter
  readonly #onBlocked: (resolve: () => void) => () => void
  #batch: Batch | undefined

  /** @param onBlocked calls back while an alarm is on; its result takes that back */
  constructor(writer: LogWriter, onBlocked: (resolve: () => void) => () => void) {
    this.#writer = writer
    this.#onBlocked = onBlocked
  }

  /**
   * Resolves when everything that was appended before is folded. While an alarm is on it resolves at once: then nobody can
   * append anything, nor take a lease from anybody.
   */
  async beat(what: string, held?: Held): Promise<void> {
    this.#batch ??= this.#begin(what)
    const { leases, done } = this.#batch
    if (held !== undefined) leases.push(held)
    await done
  }

  #begin(what: string): Batch {
    const leases: Held[] = []
    const done = new Promise<void>((resolve, reject) => {
      setImmediate(() => {
        this.#batch = undefined
        const stop = this.#onBlocked(resolve)
        this.#writer
          .write({ kind: 'pulse', leases }, { what, patience: 'answer' })
          .then(() => resolve(), reject)
          .finally(stop)
      })
    })
    return { leases, done }
  }
}
