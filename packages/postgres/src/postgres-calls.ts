/**
 * Every statement of the transport goes through here, and ends: with rows, or with an error that says why.
 *
 *   sent --rows--> done
 *   sent --connection lost, no answer in 4 s, deadlock, recovery…--> sent again, the same request, until the deadline
 *   sent --the tables are gone--> the tables are made again, once, then sent again
 *   sent --no connection is free until the deadline, disk or memory full--> BackpressureError
 *   sent --anything else--> TransportError
 *
 * A statement may have been done though its answer was lost, even a COMMIT, so each that writes carries a request or an id
 * that tells on the next try. Nothing outlives `close`.
 */
import { createHash } from 'node:crypto'
import { ClosedError, ServerClock } from '@hotline/core'
import { awayError, exhaustedError, failedError, forbiddenError, fullError } from './call-errors.ts'
import type { Database, Row, SqlValue, SqlValues } from './database.ts'
import { valuesNow } from './database.ts'
import type { SqlShelf, StatementName } from './sql-shelf.ts'
import { troubleOf } from './sql-state.ts'

/** How long a call is repeated while the server is out of reach, in ms. */
const DEADLINE_MS = 10_000
/** Between two tries, in ms: from the first to the second. */
const PAUSE_MS = 30
const LONGEST_PAUSE_MS = 250
/** Statements that a connection keeps prepared at most. */
const MOST_PREPARED = 200

export class PostgresCalls {
  readonly clock: ServerClock = new ServerClock()
  readonly shelf: SqlShelf
  readonly #database: Database
  readonly #closed: AbortSignal
  readonly #pending = new Set<(error: Error) => void>()
  /** Whether a statement was answered lately: then a pool without a free connection is busy, and not cut off. */
  #answeredAt = Number.NEGATIVE_INFINITY
  /** Whether a connection is the same from one statement to the next, so that it may keep them prepared. */
  mayPrepare: () => boolean = () => false
  readonly #names = new Map<string, string>()
  /** Makes the tables again; known later, as it needs this. */
  onMissing: (() => Promise<void>) | undefined

  constructor(database: Database, shelf: SqlShelf, closed: AbortSignal) {
    this.#database = database
    this.shelf = shelf
    this.#closed = closed
    const end = () => {
      for (const reject of this.#pending) reject(new Error('closed'))
    }
    closed.addEventListener('abort', end, { once: true })
  }

  /** Runs a statement of `sql/`. */
  run(name: StatementName, what: string, ...values: SqlValue[]): Promise<readonly Row[]> {
    return this.runText(this.shelf.text(name), what, values)
  }

  /** Runs one statement, with the same values at each try. There are not too many texts to keep them prepared. */
  runText(text: string, what: string, values: SqlValues): Promise<readonly Row[]> {
    return this.persist(what, () => this.#query(text, values))
  }

  /** Runs one statement that is not worth being prepared. */
  runOnce(text: string, what: string, values: SqlValues): Promise<readonly Row[]> {
    return this.persist(what, () => this.#database.query({ text, values }))
  }

  /** Runs one statement that may not be done twice: before another try, `done` answers for what was done. */
  runAgain(
    text: string,
    what: string,
    values: SqlValues,
    done: () => Promise<readonly Row[]>,
  ): Promise<readonly Row[]> {
    let isFirst = true
    return this.persist(what, async () => {
      const before = isFirst ? [] : await done()
      isFirst = false
      return before.length > 0 ? before : this.#query(text, values)
    })
  }

  async #query(text: string, values: SqlValues): Promise<readonly Row[]> {
    let sentAt = 0
    const atTurn = () => {
      sentAt = performance.now()
      return valuesNow(values)
    }
    const rows = await this.#database.query({ text, values: atTurn, name: this.#nameOf(text) })
    const now = rows[0]?.now
    if (now !== undefined && now !== null) this.clock.read(Number(now), sentAt, performance.now())
    return rows
  }

  #nameOf(text: string): string | undefined {
    if (!this.mayPrepare()) return undefined
    // With very many queues, those that came first are kept prepared.
    if (this.#names.size >= MOST_PREPARED && !this.#names.has(text)) return undefined
    const name =
      this.#names.get(text) ?? `hotline_${createHash('sha1').update(text).digest('hex').slice(0, 16)}`
    this.#names.set(text, name)
    return name
  }

  /** Repeats a call until it is answered, or there is no hope in it. */
  async persist<T>(what: string, call: () => Promise<T>): Promise<T> {
    const until = performance.now() + DEADLINE_MS
    for (let tries = 0, isMended = false; ; tries++) {
      this.#check(what)
      try {
        const answer = await this.#untilClosed(call())
        this.#answeredAt = performance.now()
        return answer
      } catch (error) {
        this.#check(what)
        if (troubleOf(error) === 'missing' && this.onMissing !== undefined && !isMended) {
          isMended = true
          await this.onMissing()
          continue
        }
        this.#refuse(what, error, performance.now() >= until)
        await this.#pause(Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** Math.min(tries, 5)))
      }
    }
  }

  /** Throws unless the call is worth another try. */
  #refuse(what: string, cause: unknown, isLate: boolean): void {
    const trouble = troubleOf(cause)
    if (trouble === 'full') throw fullError(what, cause)
    if (trouble === 'forbidden') throw forbiddenError(what, cause)
    if (trouble !== 'passing' && trouble !== 'exhausted') throw failedError(what, cause)
    if (!isLate) return
    const isBusy = trouble === 'exhausted' && performance.now() - this.#answeredAt < 2 * DEADLINE_MS
    throw isBusy || String(cause).includes('too many clients')
      ? exhaustedError(what, cause)
      : awayError(what, cause)
  }

  #check(what: string): void {
    if (this.#closed.aborted) throw new ClosedError({ what: 'postgres transport', call: what })
  }

  #untilClosed<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#pending.add(reject)
      answer.then(resolve, reject).finally(() => this.#pending.delete(reject))
    })
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#closed.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      this.#closed.addEventListener('abort', end)
    })
  }
}
