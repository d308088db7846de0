import type { BigIntStats } from 'node:fs'
import { statSync } from 'node:fs'
import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import { DatabaseSync } from 'node:sqlite'
import { goneError } from './file-trouble.ts'
import type { StatementName } from './statement.ts'
import { statementText } from './statement.ts'

/** A row, by the names of its columns. */
export type Row = Readonly<Record<string, SQLOutputValue>>

type Pragma = 'data_version' | 'synchronous' | 'user_version' | 'application_id'

/** How long a call stands still for a lock, in ms. Whoever has it is done sooner, as a rule; else it is asked for later. */
const STANDSTILL_MS = 5
/** What the WAL is cut to when it is empty, in bytes: bursts leave no large file behind. */
const MOST_WAL_BYTES = 16 * 1024 * 1024

/**
 * One connection to a file. All calls are synchronous, and throw what SQLite says. A statement is prepared once.
 *
 * `synchronous = full`: a commit is on the disk when it returns (docs/adr/0038-a-commit-is-synced-before-it-counts.md).
 */
export class DatabaseFile {
  readonly path: string
  readonly #database: DatabaseSync
  readonly #statements = new Map<StatementName, StatementSync>()
  readonly #pragmas = new Map<Pragma, StatementSync>()
  /** Which file this is, whatever has its name later. */
  #identity: BigIntStats | undefined

  constructor(path: string) {
    this.path = path
    this.#database = new DatabaseSync(path)
    try {
      this.#prepare()
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** Runs a statement. How many rows it changed, and the number of the last one that it inserted. */
  run(name: StatementName, ...values: SQLInputValue[]): { readonly changes: number; readonly last: number } {
    const { changes, lastInsertRowid } = this.#statement(name).run(named(values))
    return { changes: Number(changes), last: Number(lastInsertRowid) }
  }

  get(name: StatementName, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(name).get(named(values))
  }

  all(name: StatementName, ...values: SQLInputValue[]): readonly Row[] {
    return this.#statement(name).all(named(values))
  }

  /** Runs statements that return nothing. */
  script(text: string): void {
    this.#database.exec(text)
  }

  /** The number in a pragma of the file. */
  pragma(name: Pragma): number {
    const pragma = this.#pragmas.get(name) ?? this.#database.prepare(`pragma ${name}`)
    this.#pragmas.set(name, pragma)
    return Number(pragma.get()?.[name])
  }

  get hasTables(): boolean {
    return this.#database.prepare('select 1 from sqlite_schema limit 1').get() !== undefined
  }

  /** Writes in one step, which nobody sees before it is on the disk, or not at all. */
  transaction<T>(body: () => T): T {
    this.checkIdentity()
    this.#database.exec('begin immediate')
    try {
      const result = body()
      this.#database.exec('commit')
      return result
    } catch (error) {
      // On some errors SQLite has done so by itself.
      if (this.#database.isTransaction) this.#database.exec('rollback')
      throw error
    }
  }

  /** A file that was deleted goes on working for those that have it open, and for nobody else. @throws TransportError */
  checkIdentity(): void {
    const found = statSync(this.path, { bigint: true, throwIfNoEntry: false })
    if (found?.ino !== this.#identity?.ino || found?.dev !== this.#identity?.dev) throw goneError(this.path)
  }

  close(): void {
    this.#statements.clear()
    this.#pragmas.clear()
    if (this.#database.isOpen) this.#database.close()
  }

  #prepare(): void {
    this.#database.exec(`pragma busy_timeout = ${STANDSTILL_MS}`)
    this.#database.exec('pragma journal_mode = wal')
    this.#database.exec('pragma synchronous = full')
    this.#database.exec(`pragma journal_size_limit = ${MOST_WAL_BYTES}`)
    this.#identity = statSync(this.path, { bigint: true })
  }

  #statement(name: StatementName): StatementSync {
    const known = this.#statements.get(name)
    if (known !== undefined) return known
    const statement = this.#database.prepare(statementText(name))
    this.#statements.set(name, statement)
    return statement
  }
}

/** By name, as Node 22 does not bind numbered parameters by place. */
function named(values: readonly SQLInputValue[]): Record<string, SQLInputValue> {
  const parameters: Record<string, SQLInputValue> = {}
  for (const [index, value] of values.entries()) parameters[`$${index + 1}`] = value
  return parameters
}
