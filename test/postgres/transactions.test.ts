import type { HotlineEvent } from '@hotline/core'
import { createClient } from '@hotline/core'
import type { SqlExecutor } from '@hotline/postgres'
import { postgres } from '@hotline/postgres'
import { createWorker } from '@hotline/worker'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { asAdministrator } from '../servers/private-postgres.ts'
import { describePostgres, dropSchema, newSchema, POSTGRES_URL } from './postgres-stage.ts'
import type { OpenBuilder, QueryBuilder } from './query-builders.ts'
import { QUERY_BUILDERS } from './query-builders.ts'

const handlers = new URL('../handlers/acts.ts', import.meta.url)

/** A schema with a transport, and a connection of the application. */
class Desk implements AsyncDisposable {
  readonly schema: string = newSchema()
  readonly transport = postgres({ connectionString: POSTGRES_URL, schema: this.schema })
  readonly application = new pg.Client({ connectionString: POSTGRES_URL })

  static async open(): Promise<Desk> {
    const desk = new Desk()
    await desk.transport.open()
    await desk.application.connect()
    return desk
  }

  async count(table: string): Promise<number> {
    const [row] = await asAdministrator(POSTGRES_URL, `select count(*)::int as count from ${table}`)
    return Number(Object(row).count)
  }

  /** A worker that runs what was committed. */
  async worker(): Promise<AsyncDisposable> {
    const transport = postgres({ connectionString: POSTGRES_URL, schema: this.schema })
    const worker = createWorker({ handlers, transport, concurrency: 1, isolation: 'inline' })
    await worker.start()
    return { [Symbol.asyncDispose]: () => worker.stop({ grace: 0 }) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.application.end()
    await this.transport.close()
    await dropSchema(POSTGRES_URL, this.schema)
  }
}

/** An application that takes orders, in a schema of its own. */
class Shop implements AsyncDisposable {
  readonly schema: string = newSchema()
  readonly builder: QueryBuilder

  private constructor(open: OpenBuilder) {
    this.builder = open(POSTGRES_URL, this.schema)
  }

  static async open(builder: OpenBuilder): Promise<Shop> {
    const shop = new Shop(builder)
    await asAdministrator(
      POSTGRES_URL,
      `create schema ${shop.schema}; create table ${shop.schema}.orders (id int)`,
    )
    return shop
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.builder.close()
    await dropSchema(POSTGRES_URL, this.schema)
  }
}

describePostgres(() =>
  describe('within a transaction of the application', () => {
    test('a job leaves no trace when it is rolled back, and is whole when it is committed', async () => {
      await using desk = await Desk.open()
      const { application, transport, schema } = desk
      const outside = createClient({ transport })
      for (const end of ['rollback', 'commit'] as const) {
        await application.query('begin')
        const inside = createClient({ transport: transport.within(application) })
        const jobs = [
          await inside.enqueue(act, { do: 'return', value: end }, { key: `order-${end}` }),
          await inside.enqueue(act, { do: 'return', value: end }, { delay: '1h' }),
        ]
        expect((await outside.handle(act, jobs[0]?.id ?? '')).state, 'nobody sees it before').toBe('unknown')
        await application.query(end)
        const states = await Promise.all(jobs.map(async ({ id }) => (await outside.handle(act, id)).state))
        expect(states).toEqual(end === 'commit' ? ['queued', 'scheduled'] : ['unknown', 'unknown'])
        const counts = await Promise.all(
          [`${schema}.job`, `${schema}.event`, `${schema}_boss.job`].map((table) => desk.count(table)),
        )
        expect(counts).toEqual(end === 'commit' ? [2, 2, 2] : [0, 0, 0])
      }
      await outside.close()
    })

    test('a worker that waits gets the job at the commit, and not before', async () => {
      await using desk = await Desk.open()
      const { application, transport } = desk
      const holder = { worker: 'w', slot: 0, pid: 1 }
      const { signal } = new AbortController()
      const waiting = transport.queue.reserve(['default'], { holder, signal })
      await application.query('begin')
      const inside = createClient({ transport: transport.within(application) })
      const { id } = await inside.enqueue(act, { do: 'return', value: 1 })
      const other = await createClient({ transport }).enqueue(act, { do: 'return', value: 2 })
      expect((await waiting)?.job.id, 'what is committed comes first').toBe(other.id)
      const next = transport.queue.reserve(['default'], { holder, signal })
      await application.query('commit')
      expect((await next)?.job.id).toBe(id)
    })

    test.each(QUERY_BUILDERS)('a transaction of %s takes its job along', async (_name, builder) => {
      await using desk = await Desk.open()
      await using shop = await Shop.open(builder)
      const { transport, schema } = desk
      const tables = [`${shop.schema}.orders`, `${schema}.job`, `${schema}.event`, `${schema}_boss.job`]
      const counts = () => Promise.all(tables.map((table) => desk.count(table)))
      const ids: string[] = []
      const work = async (executor: SqlExecutor) => {
        const inside = createClient({ transport: transport.within(executor) })
        ids.push((await inside.enqueue(act, { do: 'return', value: '?, $1 and a \\?' })).id)
      }
      const changed = new Error('The customer has changed their mind.')
      const undone = shop.builder.order(1, async (executor) => {
        await work(executor)
        throw changed
      })
      await expect(undone).rejects.toBe(changed)
      expect(await counts(), 'no trace').toEqual([0, 0, 0, 0])
      await shop.builder.order(2, work)
      expect(await counts(), 'all of it').toEqual([1, 1, 1, 1])
      const outside = createClient({ transport })
      const [lost = '', kept = ''] = ids
      expect((await outside.handle(act, lost)).state).toBe('unknown')
      await using _worker = await desk.worker()
      const job = await outside.handle(act, kept)
      expect(await job.result({ timeout: '20s' })).toBe('?, $1 and a \\?')
    })

    test('two that commit in the other order than they wrote lose no event for a reader with a cursor', async () => {
      await using desk = await Desk.open()
      const { application, transport } = desk
      const other = new pg.Client({ connectionString: POSTGRES_URL })
      await other.connect()
      const early = createClient({ transport: transport.within(application) })
      const late = createClient({ transport: transport.within(other) })
      await application.query('begin')
      await other.query('begin')
      const slow = await early.enqueue(act, { do: 'return', value: 'slow' })
      const quick = await late.enqueue(act, { do: 'return', value: 'quick' })
      const seen: HotlineEvent[] = []
      const stop = new AbortController()
      const reading = readInPieces(transport, seen, 2, stop.signal)
      await other.query('commit')
      const own = await transport.log.subscribe({ from: 'start', jobId: quick.id, signal: stop.signal })
      for await (const event of own) {
        expect(event.type, 'a reader of one job is not held up').toBe('job.queued')
        break
      }
      expect(seen, 'the log waits for the one that is under way').toEqual([])
      await application.query('commit')
      await reading
      expect(seen.map((event) => ('jobId' in event ? event.jobId : undefined))).toEqual([slow.id, quick.id])
      stop.abort()
      await other.end()
    })
  }),
)

/** One event per subscription, each at the cursor of the one before. */
async function readInPieces(
  transport: ReturnType<typeof postgres>,
  seen: HotlineEvent[],
  count: number,
  signal: AbortSignal,
): Promise<void> {
  while (seen.length < count) {
    const from = seen.at(-1)?.cursor ?? 'start'
    for await (const event of await transport.log.subscribe({ from, signal })) {
      seen.push(event)
      break
    }
  }
}
