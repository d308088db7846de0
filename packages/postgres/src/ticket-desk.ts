/**
 * What pg-boss does here: it keeps the tickets and says whose turn it is. Its own statements for `insert` and `fetch` are
 * taken from it through its `db` option and become a part of ours, so that ticket, record and events change in one step
 * (docs/adr/0024-pg-boss-dispatches-inside-our-statement.md). Nothing of it runs by itself: no worker, no maintenance.
 */
import { randomUUID } from 'node:crypto'
import type { JobRecord, Priority } from '@hotline/core'
import { TransportError } from '@hotline/core'
import { PgBoss } from 'pg-boss'
import type { Database } from './database.ts'
import type { PostgresCalls } from './postgres-calls.ts'
import { bossSchemaOf } from './sql-shelf.ts'

/** How pg-boss reaches a database. */
interface BossDatabase {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

const PRIORITIES: Readonly<Record<Priority, number>> = { high: 2, normal: 1, low: 0 }

/** The only parameter of pg-boss's insert. */
const PARAMETER = '$1::text'

export class TicketDesk {
  readonly #boss: PgBoss
  readonly #calls: PostgresCalls
  #started: Promise<unknown> | undefined
  /** Statements by queue of ours. */
  readonly #inserts = new Map<string, Promise<string>>()
  readonly #fetches = new Map<string, Promise<string>>()

  constructor(calls: PostgresCalls, database: Database, schema: string) {
    this.#calls = calls
    const db: BossDatabase = {
      executeSql: async (text, values) => ({ rows: [...(await this.#execute(database, text, values))] }),
    }
    this.#boss = new PgBoss({
      db,
      schema: bossSchemaOf(schema),
      ...{ supervise: false, schedule: false, migrate: false, registerInstance: false },
    })
    this.#boss.on('error', () => {})
  }

  async close(): Promise<void> {
    if (this.#started !== undefined) await this.#boss.stop({ graceful: false, close: false }).catch(() => {})
  }

  /** Queues may be gone, with everything else: they are made again when they are asked for. */
  forgetQueues(): void {
    this.#inserts.clear()
    this.#fetches.clear()
  }

  /** pg-boss's statement that takes the next ticket of a queue. */
  fetch(queue: string): Promise<string> {
    return remembered(this.#fetches, queue, async () => {
      const name = bossQueueOf(queue)
      await this.#ensure(name)
      return captured((db) => this.#boss.fetch(name, { batchSize: 1, db }))
    })
  }

  /** pg-boss's statement that stores tickets, whose parameter is the text that `tickets` selects. */
  async insert(queue: string, tickets: string): Promise<string> {
    const statement = await remembered(this.#inserts, queue, async () => {
      const name = bossQueueOf(queue)
      await this.#ensure(name)
      return captured((db) => this.#boss.insert(name, [{ id: randomUUID() }], { db }))
    })
    if (statement.split(PARAMETER).length !== 2) throw strangeBoss()
    return statement.replace(PARAMETER, () => `(${tickets})`)
  }

  async #ensure(name: string): Promise<void> {
    // When it is first needed: who only reads has no use for it.
    this.#started ??= this.#boss.start().catch((error: unknown) => {
      this.#started = undefined
      throw error
    })
    await this.#started
    const known = await this.#boss.getQueue(name)
    if (known !== null) return
    // The limits are far away, as pg-boss's own supervision does not run: what is late, the leases tell.
    await this.#boss.createQueue(name, { policy: 'standard' })
  }

  async #execute(database: Database, text: string, values: unknown[] = []) {
    if (values.length > 0) return this.#calls.runOnce(text, 'ask pg-boss', values.map(sqlValue))
    return this.#calls.persist('ask pg-boss', () => database.script(text))
  }
}

/** A ticket as pg-boss takes it, in JSON. One that may start at once waits for no time. */
export function ticketText(id: string, { priority, runAt }: JobRecord, now: number): string {
  const startAfter = runAt > now ? new Date(runAt).toISOString() : undefined
  return JSON.stringify({ id, priority: PRIORITIES[priority], startAfter })
}

/** pg-boss allows fewer signs in a name: `:` is written `_.`, and `_` twice, so that no two queues get one name. */
export function bossQueueOf(queue: string): string {
  return queue.replaceAll('_', '__').replaceAll(':', '_.')
}

async function captured(call: (db: BossDatabase) => Promise<unknown>): Promise<string> {
  let statement: string | undefined
  await call({
    executeSql: async (text) => {
      statement ??= text
      return { rows: [] }
    },
  })
  if (statement === undefined) throw strangeBoss()
  return statement
}

function remembered(
  known: Map<string, Promise<string>>,
  queue: string,
  make: () => Promise<string>,
): Promise<string> {
  const found = known.get(queue)
  if (found !== undefined) return found
  const made = make().catch((error: unknown) => {
    known.delete(queue)
    throw error
  })
  known.set(queue, made)
  return made
}

function sqlValue(value: unknown): string | number | boolean | null {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  if (Array.isArray(value)) return `{${value.map((item) => JSON.stringify(String(item))).join(',')}}`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function strangeBoss(): TransportError {
  return new TransportError({
    transport: 'postgres',
    problem: 'this version of pg-boss has statements of another shape',
    cure: 'Install the version of pg-boss that @hotline/postgres asks for.',
  })
}
