import type { HotlineEvent } from '@hotline/core'
import { createClient } from '@hotline/core'
import { postgres } from '@hotline/postgres'
import pg from 'pg'
import { expect, test } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { POOL_SIZE, PrivatePgbouncer } from '../servers/private-pgbouncer.ts'
import { LEASE_MS, Play } from '../stage.ts'
import { untilState } from '../until-state.ts'
import { describePgbouncer } from './pgbouncer-stage.ts'
import { dropSchema, newSchema, POSTGRES_URL, postgresStage } from './postgres-stage.ts'

const JOBS = 60

describePgbouncer(() => {
  test('through PgBouncer in transaction mode, jobs of several clients run and are followed', async () => {
    await using bouncer = await PrivatePgbouncer.start(POSTGRES_URL, 'transaction')
    await using play = await behind(bouncer, LEASE_MS)
    const clients = [play.client(), play.client(), play.client()]
    for (let count = 0; count < 2; count++) await play.worker({ isolation: 'inline', concurrency: 4 })
    const live = follow(play, JOBS)
    const numbers = Array.from({ length: JOBS / clients.length }, (_, n) => n)
    const enqueued = clients.flatMap((client) =>
      numbers.map((value) => client.enqueue(act, { do: 'return', value })),
    )
    const jobs = await Promise.all(enqueued)
    await Promise.all(jobs.map((job) => job.result({ timeout: '20s' })))
    const seen = await live
    for (const { id } of jobs) {
      const types = seen.flatMap((event) => ('jobId' in event && event.jobId === id ? [event.type] : []))
      expect(types).toEqual(['job.queued', 'job.started', 'job.succeeded'])
    }
    expect(await preparedBehind(bouncer.url), 'another client would meet them').toEqual([])
  })

  test('through PgBouncer in transaction mode, a cancel reaches the job that runs, with its lease', async () => {
    await using bouncer = await PrivatePgbouncer.start(POSTGRES_URL, 'transaction')
    await using play = await behind(bouncer, LEASE_MS)
    await cancelOne(play)
  })

  test('through PgBouncer in session mode nothing is lost: a cancel needs no lease to arrive', async () => {
    await using bouncer = await PrivatePgbouncer.start(POSTGRES_URL, 'session')
    await using play = await behind(bouncer, 3_600_000)
    await cancelOne(play)
  })

  test('through PgBouncer in transaction mode, a transaction of the application takes its job along', async () => {
    await using bouncer = await PrivatePgbouncer.start(POSTGRES_URL, 'transaction')
    const schema = newSchema()
    await using transport = postgres({ connectionString: bouncer.url, schema })
    await transport.open()
    const application = new pg.Client({ connectionString: bouncer.url })
    await application.connect()
    for (const [end, state] of [
      ['rollback', 'unknown'],
      ['commit', 'queued'],
    ] as const) {
      await application.query('begin')
      const inside = createClient({ transport: transport.within(application) })
      const { id } = await inside.enqueue(act, { do: 'return', value: end })
      await application.query(end)
      expect((await createClient({ transport }).handle(act, id)).state).toBe(state)
    }
    await application.end()
    await dropSchema(POSTGRES_URL, schema)
  })
})

/** A stage on the server of this run, reached by way of PgBouncer. */
async function behind({ port }: PrivatePgbouncer, leaseMs: number): Promise<Play> {
  return Play.begin(async (wanted) => {
    const stage = await postgresStage({ ...wanted, leaseMs })
    return { ...stage, connect: () => stage.connect({ host: '127.0.0.1', port }) }
  })
}

/** Events from the start, until so many jobs have ended. */
async function follow(play: Play, count: number): Promise<readonly HotlineEvent[]> {
  const events: HotlineEvent[] = []
  let ended = 0
  for await (const event of play.client().events.stream({ from: 'start' })) {
    events.push(event)
    if (event.type === 'job.succeeded') ended++
    if (ended === count) break
  }
  return events
}

async function cancelOne(play: Play): Promise<void> {
  await play.worker({ isolation: 'inline' })
  const job = await play.client().enqueue(act, { do: 'wait', ms: 600_000 })
  await untilState(job, 'running')
  await job.cancel()
  await untilState(job, 'cancelled')
}

/** Names that are prepared on the connections to the server: all of them, as each transaction holds one. */
async function preparedBehind(url: string): Promise<readonly unknown[]> {
  const clients = Array.from({ length: POOL_SIZE }, () => new pg.Client({ connectionString: url }))
  const names = clients.map(async (client) => {
    await client.connect()
    await client.query('begin')
    return (await client.query('select name from pg_prepared_statements')).rows
  })
  const found = await Promise.all(names)
  await Promise.all(clients.map((client) => client.end()))
  return found.flat()
}
