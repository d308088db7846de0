import type { SqlExecutor } from '@hotline/postgres'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { integer, pgSchema } from 'drizzle-orm/pg-core'
import knex from 'knex'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { fromDrizzle, fromKnex, fromKysely } from 'pg-boss'

/** What is done within a transaction. When it throws, that is rolled back. */
type Work = (executor: SqlExecutor) => Promise<void>

/** A query builder of an application, with the one table that it has: `orders`, a number each. */
export interface QueryBuilder {
  /** Stores an order in its own words, then does the work, in one transaction. Rejects with what the work throws. */
  order(id: number, work: Work): Promise<void>
  close(): Promise<void>
}

/** On real connections of its own, to the server at the URL; `orders` is in the schema. */
export type OpenBuilder = (url: string, schema: string) => QueryBuilder

function drizzleBuilder(url: string, schema: string): QueryBuilder {
  const pool = new pg.Pool({ connectionString: url })
  const db = drizzle(pool)
  const orders = pgSchema(schema).table('orders', { id: integer() })
  return {
    order: (id, work) =>
      db.transaction(async (tx) => {
        await tx.insert(orders).values({ id })
        await work(fromDrizzle(tx, sql))
      }),
    close: () => pool.end(),
  }
}

function kyselyBuilder(url: string, schema: string): QueryBuilder {
  const pool = new pg.Pool({ connectionString: url })
  const db = new Kysely<{ orders: { id: number } }>({ dialect: new PostgresDialect({ pool }) })
  return {
    order: (id, work) =>
      db.transaction().execute(async (trx) => {
        await trx.withSchema(schema).insertInto('orders').values({ id }).execute()
        await work(fromKysely(trx))
      }),
    close: () => db.destroy(),
  }
}

function knexBuilder(url: string, schema: string): QueryBuilder {
  const db = knex({ client: 'pg', connection: url })
  return {
    order: (id, work) =>
      db.transaction(async (trx) => {
        await trx.withSchema(schema).table('orders').insert({ id })
        await work(fromKnex(trx))
      }),
    close: () => db.destroy(),
  }
}

export const QUERY_BUILDERS: readonly (readonly [name: string, open: OpenBuilder])[] = [
  ['Drizzle', drizzleBuilder],
  ['Kysely', kyselyBuilder],
  ['Knex', knexBuilder],
]
