/**
 * All writes of this process to a file, one transaction after the other. What is asked for within one turn of the event loop
 * goes together, and shares the wait for the disk.
 *
 *   idle --write--> planned --turn--> writing --committed--> all resolve; the rest is planned
 *                                     writing --another process has the lock--> planned, some ms later
 *                                                  --for longer than `lockTimeoutMs`--> those reject
 *                                     writing --failed--> rolled back; each alone, and only what fails then rejects
 */
import { setImmediate } from 'node:timers'
import { ClosedError } from '@hotline/core'
import type { DatabaseFile } from './database-file.ts'
import type { FileClock } from './file-clock.ts'
import { isBusy, troubleOf } from './file-trouble.ts'

/** A transaction takes no more steps after this time, in ms, so that other processes and this event loop have their turn. */
const LONGEST_MS = 10
/** Between two tries for the lock, in ms at most; at random, so that processes do not keep in step. */
const RETRY_MS = 10

/** What a writer works with. */
export interface WriterDesk {
  readonly file: DatabaseFile
  readonly clock: FileClock
  readonly lockTimeoutMs: number
  /** It is on the disk. */
  readonly onCommit: (news: ReadonlySet<string>) => void
}

interface Waiting {
  readonly what: string
  readonly since: number
  /** Runs within a transaction; may be run again after a rollback. Answers how to resolve once that is committed. */
  readonly step: (now: number) => () => void
  readonly reject: (error: unknown) => void
}

export class FileWriter {
  /** What the transaction changes, as topics of the wake board. */
  readonly news: Set<string> = new Set()
  readonly #desk: WriterDesk
  #waiting: Waiting[] = []
  #turn: { cancel(): void } | undefined
  #isClosed = false

  constructor(desk: WriterDesk) {
    this.#desk = desk
  }

  /**
   * Resolves when what `step` wrote is on the disk. `what` completes "cannot …".
   * @throws BackpressureError, TransportError, ClosedError; nothing of the step is stored then
   */
  write<T>(what: string, step: (now: number) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(closedError(what))
      const run = (now: number) => {
        const result = step(now)
        return () => resolve(result)
      }
      this.#waiting.push({ what, since: performance.now(), step: run, reject })
      this.#plan()
    })
  }

  /** What waits is not written any more. */
  close(): void {
    this.#isClosed = true
    this.#turn?.cancel()
    for (const { what, reject } of this.#waiting.splice(0)) reject(closedError(what))
  }

  #plan(): void {
    if (this.#turn !== undefined || this.#waiting.length === 0 || this.#isClosed) return
    const turn = setImmediate(() => this.#flush())
    this.#turn = { cancel: () => clearImmediate(turn) }
  }

  #planLater(): void {
    const turn = setTimeout(() => this.#flush(), 1 + Math.random() * (RETRY_MS - 1))
    this.#turn = { cancel: () => clearTimeout(turn) }
  }

  #flush(): void {
    this.#turn = undefined
    const batch = this.#waiting
    this.#waiting = []
    try {
      const done = this.#commit(batch)
      this.#waiting = [...batch.slice(done), ...this.#waiting]
    } catch (error) {
      if (isBusy(error)) this.#wait(batch, error)
      else if (batch.length === 1) for (const one of batch) this.#reject(one, error)
      else for (const one of batch) this.#alone(one)
    }
    this.#plan()
  }

  /** One that another makes fail is done all the same. */
  #alone(one: Waiting): void {
    try {
      this.#commit([one])
    } catch (error) {
      if (isBusy(error)) this.#waiting.push(one)
      else this.#reject(one, error)
    }
  }

  /** Writes as many as there is time for, and resolves those. How many they are. */
  #commit(batch: readonly Waiting[]): number {
    const { file, clock, onCommit } = this.#desk
    this.news.clear()
    const resolves = this.#attempt(() =>
      file.transaction(() => {
        const now = clock.settle()
        const until = performance.now() + LONGEST_MS
        const done: (() => void)[] = []
        for (const { step } of batch) {
          done.push(step(now))
          if (performance.now() > until) break
        }
        return done
      }),
    )
    onCommit(this.news)
    for (const resolve of resolves) resolve()
    return resolves.length
  }

  #attempt<T>(transaction: () => T): T {
    try {
      return transaction()
    } catch (error) {
      this.#desk.clock.forget()
      throw error
    }
  }

  #wait(batch: readonly Waiting[], error: unknown): void {
    const oldest = performance.now() - this.#desk.lockTimeoutMs
    this.#waiting = [...batch.filter(({ since }) => since > oldest), ...this.#waiting]
    for (const one of batch) if (one.since <= oldest) this.#reject(one, error)
    if (this.#waiting.length > 0) this.#planLater()
  }

  #reject({ what, reject }: Waiting, error: unknown): void {
    reject(troubleOf(error, what, this.#desk.file.path))
  }
}

function closedError(call: string): ClosedError {
  return new ClosedError({ what: 'sqlite transport', call })
}
