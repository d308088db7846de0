import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createClient } from '@hotline/core'
import { postgres } from '@hotline/postgres'
import { createWorker } from '@hotline/worker'
import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { asAdministrator } from '../servers/private-postgres.ts'
import { describePostgres, dropSchema, newSchema, POSTGRES_URL } from './postgres-stage.ts'

const handlers = new URL('../handlers/acts.ts', import.meta.url)
const admin = (text: string) => asAdministrator(POSTGRES_URL, text)
const undo: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step()
})

/** A schema that is dropped after the test. */
function ownSchema(): string {
  const schema = newSchema()
  undo.push(() => dropSchema(POSTGRES_URL, schema))
  return schema
}

/** A role that may log in, and the URL with which it does. */
async function ownRole(): Promise<{ readonly role: string; readonly url: string }> {
  const role = `hotline_test_${randomBytes(6).toString('hex')}`
  await admin(`create role ${role} login`)
  undo.push(() => admin(`drop owned by ${role}; drop role ${role}`))
  const url = new URL(POSTGRES_URL)
  url.username = role
  return { role, url: url.href }
}

describePostgres(() =>
  describe('the schema', () => {
    test('is made once by twenty that open at the same moment', async () => {
      const schema = ownSchema()
      const transports = Array.from({ length: 20 }, () =>
        postgres({ options: { connectionString: POSTGRES_URL, max: 1 }, schema }),
      )
      await Promise.all(transports.map((transport) => transport.open()))
      const [row] = await admin(
        `select count(*)::int as count, max(version) as version from ${schema}.version`,
      )
      expect(row).toEqual({ count: 1, version: 1 })
      await Promise.all(transports.map((transport) => transport.close()))
    })

    test('that is newer than this SDK is refused, and left alone', async () => {
      const schema = ownSchema()
      await postgres({ connectionString: POSTGRES_URL, schema }).migrate()
      await admin(`update ${schema}.version set version = 99`)
      await expect(postgres({ connectionString: POSTGRES_URL, schema }).open()).rejects.toMatchObject({
        code: 'TRANSPORT',
        message: expect.stringMatching(
          /has version 99, and this SDK knows 1 at most\. Upgrade @hotline\/postgres/,
        ),
      })
      expect(await admin(`select version from ${schema}.version`)).toEqual([{ version: 99 }])
    })

    test('is made by one who may, from what `--print` shows, and nothing is half made by one who may not', async () => {
      const schema = ownSchema()
      const { url } = await ownRole()
      const transport = postgres({ connectionString: url, schema })
      await expect(transport.open()).rejects.toMatchObject({
        code: 'TRANSPORT',
        message: expect.stringMatching(/may not create one in the database .*hotline migrate/),
      })
      const names = `select nspname from pg_namespace where nspname in ('${schema}', '${schema}_boss')`
      expect(await admin(names)).toEqual([])
      await admin(transport.migrationScript())
      await admin(transport.migrationScript())
      await postgres({ connectionString: POSTGRES_URL, schema }).migrate()
      expect(await admin(names)).toHaveLength(2)
    })

    test('serves producer, worker and reader with the grants that the page lists, and no more', async () => {
      const schema = ownSchema()
      const { role, url } = await ownRole()
      await postgres({ connectionString: POSTGRES_URL, schema }).migrate()
      for (const grant of await documentedGrants(schema, role)) await admin(grant)
      const transport = postgres({ connectionString: url, schema, lease: 3000 })
      const client = createClient({ transport })
      const worker = createWorker({ transport, handlers, isolation: 'inline', concurrency: 1 })
      await worker.start()
      const job = await client.enqueue(act, { do: 'throw', failures: 1 })
      expect(await job.result({ timeout: '20s' })).toBeDefined()
      await client.pause('numbers')
      await client.resume('numbers')
      const types: string[] = []
      for await (const { type } of job.events()) types.push(type)
      expect(types.at(-1)).toBe('job.succeeded')
      await worker.stop()
      await client.close()

      const own = new pg.Client({ connectionString: url })
      await own.connect()
      const denied = [
        `create table ${schema}.mine (a int)`,
        `drop table ${schema}.job`,
        `alter table ${schema}.event add column a int`,
        `truncate ${schema}.event`,
        `update ${schema}.version set version = 2`,
        `create schema ${schema}_more`,
      ]
      for (const text of denied) await expect(own.query(text), text).rejects.toMatchObject({ code: '42501' })
      await own.end()
    })

    test('that is dropped under those who use it is made again, empty', async () => {
      const schema = ownSchema()
      const transport = postgres({ connectionString: POSTGRES_URL, schema })
      const client = createClient({ transport })
      const job = await client.enqueue(act, { do: 'return', value: 1 })
      await dropSchema(POSTGRES_URL, schema)
      expect((await job.refresh()).state).toBe('unknown')
      await client.enqueue(act, { do: 'return', value: 2 })
      expect(await Array.fromAsync(client.jobs())).toHaveLength(1)
      await client.close()
    })

    test('names that SQL would have to quote are refused', () => {
      for (const schema of ['', 'Jobs', 'a b', 'a"; drop table x; --', '1a', 'x'.repeat(49)])
        expect(() => postgres({ connectionString: POSTGRES_URL, schema })).toThrow(
          expect.objectContaining({ code: 'INVALID_OPTION' }),
        )
    })

    test('a pool whose connections are all taken makes BackpressureError of a call, in time', async () => {
      const schema = ownSchema()
      const pool = new pg.Pool({ connectionString: POSTGRES_URL, max: 2, connectionTimeoutMillis: 500 })
      const transport = postgres({ pool, schema })
      const client = createClient({ transport })
      const job = await client.enqueue(act, { do: 'return', value: 1 })
      const taken = [await pool.connect(), await pool.connect()]
      await expect(client.enqueue(act, { do: 'return', value: 2 })).rejects.toMatchObject({
        code: 'BACKPRESSURE',
      })
      for (const connection of taken) connection.release()
      expect((await job.refresh()).state).toBe('queued')
      expect(await Array.fromAsync(client.jobs())).toHaveLength(1)
      await client.close()
      expect((await pool.query('select 1 as one')).rows, 'the pool is not ours to close').toEqual([
        { one: 1 },
      ])
      await pool.end()
    })
  }),
)

/** The statements of docs/operations-postgres.md, for this schema and role. */
async function documentedGrants(schema: string, role: string): Promise<string[]> {
  const page = await readFile(new URL('../../docs/operations-postgres.md', import.meta.url), 'utf8')
  const block = /```sql\ncreate role hotline_runtime login;\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  const statements = block
    .replaceAll('hotline_runtime', role)
    .replaceAll('hotline_boss', `${schema}_boss`)
    .replaceAll(/\bhotline\b/g, schema)
  return statements.split(';').filter((text) => text.trim() !== '')
}
