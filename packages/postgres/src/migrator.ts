import type { Database } from './database.ts'
import { installedIn, migrationScript, needsMigration } from './migration.ts'
import type { PostgresCalls } from './postgres-calls.ts'
import type { ServerFacts } from './server-check.ts'
import { judgeServer, mayNotCreate, mayNotMigrate } from './server-check.ts'
import { bossSchemaOf } from './sql-shelf.ts'
import { troubleOf } from './sql-state.ts'

/** What the migrator works with. */
export interface MigratorDesk {
  readonly calls: PostgresCalls
  readonly database: Database
  readonly schema: string
  /** The tables are new. */
  readonly onMade: () => void
}

/** Makes the schema where it is missing, and brings it up to date. */
export class Migrator {
  readonly #desk: MigratorDesk
  #mending: Promise<void> | undefined

  constructor(desk: MigratorDesk) {
    this.#desk = desk
  }

  static script(schema: string): string {
    return migrationScript(schema)
  }

  /** @throws TransportError for a server or schema that does not fit, or a user that may not make it fit */
  async migrate(): Promise<ServerFacts> {
    const { calls, schema } = this.#desk
    const answer = await calls.run('server', 'look at the server', schema, bossSchemaOf(schema))
    const facts = judgeServer(answer)
    const ask = (text: string) => calls.runOnce(text, 'look at the schema', [])
    const installed = await installedIn(schema, answer[0], ask)
    if (!needsMigration(schema, installed)) return facts
    if (!facts.hasSchema && !facts.mayCreate) throw mayNotCreate(schema, facts)
    await this.#run(migrationScript(schema, installed.boss))
    return facts
  }

  /** After somebody dropped the tables: makes them again, once for all calls that miss them. */
  mend(): Promise<void> {
    this.#mending ??= this.migrate()
      .then(() => this.#desk.onMade())
      .finally(() => {
        this.#mending = undefined
      })
    return this.#mending
  }

  async drop(): Promise<void> {
    const { schema } = this.#desk
    await this.#run(
      `drop schema if exists ${schema} cascade; drop schema if exists ${bossSchemaOf(schema)} cascade`,
    )
  }

  async #run(script: string): Promise<void> {
    const { calls, database, schema } = this.#desk
    await calls.persist('bring the schema up to date', () =>
      database.script(script).catch((error: unknown) => {
        throw troubleOf(error) === 'forbidden' ? mayNotMigrate(schema, error) : error
      }),
    )
  }
}
