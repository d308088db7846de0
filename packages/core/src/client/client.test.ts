import { describe, expect, test } from 'vitest'
import type { BulkEnqueueError } from '../error.ts'
import { defineTask } from '../task/task.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { double, plain, setUp } from './client.fixture.ts'
import { createClient } from './client.ts'
import { succeed, take } from './job-by-hand.fixture.ts'

describe('enqueue', () => {
  test('refuses a wrong input with its path, before anything is stored', async () => {
    const { client } = setUp()
    // @ts-expect-error the input is wrong
    const refused = client.enqueue(double, { n: 'three' })
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: '$.n' }] })
    expect(await Array.fromAsync(client.jobs())).toEqual([])
  })

  test('refuses what JSON cannot carry, and what is too large', async () => {
    const { client } = setUp({ maxPayload: '1 KiB' })
    await expect(client.enqueue(plain, { n: Number.NaN })).rejects.toMatchObject({
      code: 'NOT_SERIALIZABLE',
      path: '$.n',
    })
    const big = defineTask<string>('big')
    await expect(client.enqueue(big, 'x'.repeat(2000))).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      limit: 1024,
    })
    expect(await Array.fromAsync(client.jobs())).toEqual([])
  })

  test('names an unknown option with the nearest right one', async () => {
    const { client } = setUp()
    // @ts-expect-error an unknown option
    const refused = client.enqueue(plain, { n: 1 }, { priorty: 'high' })
    await expect(refused).rejects.toThrow('does not know the option `priorty`. Did you mean `priority`?')
    // @ts-expect-error an unknown level
    await expect(client.enqueue(plain, { n: 1 }, { priority: 7 })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    })
  })

  test('refuses a delay that the backend would not remember', async () => {
    const { client } = setUp({ retention: '1h' })
    await expect(client.enqueue(plain, { n: 1 }, { delay: '2h' })).rejects.toMatchObject({ option: 'delay' })
  })

  test('gives the same job for the same key, and an error for another input', async () => {
    const { client } = setUp()
    const [first, ...others] = await Promise.all(
      Array.from({ length: 100 }, () => client.enqueue(plain, { n: 1 }, { key: 'order-17' })),
    )
    expect(new Set(others.map(({ id }) => id))).toEqual(new Set([first?.id]))
    await expect(client.enqueue(plain, { n: 2 }, { key: 'order-17' })).rejects.toMatchObject({
      code: 'KEY_CONFLICT',
      jobId: first?.id,
    })
    const elsewhere = await client.enqueue(double, { n: 2 }, { key: 'order-17' })
    expect(elsewhere.id).not.toBe(first?.id)
  })

  test('remembers where it was called', async () => {
    const { client } = setUp()
    const job = await client.enqueue(plain, { n: 1 })
    expect(job.record?.enqueueSite).toContain('client.test.ts')
    expect(job.record?.enqueueSite).not.toContain('client/client.ts')
  })
})

describe('enqueueMany', () => {
  test('stores 10,000 in order, from a generator, with few in memory', async () => {
    const { client } = setUp()
    let made = 0
    let stored = 0
    let ahead = 0
    client.events.on('job.queued', () => {
      stored += 1
    })
    function* items() {
      for (let n = 0; n < 10_000; n++) {
        made += 1
        ahead = Math.max(ahead, made - stored)
        yield { input: { n } }
      }
    }
    const jobs = await client.enqueueMany(plain, items(), { tags: ['bulk'] })
    expect(jobs).toHaveLength(10_000)
    expect([...jobs].map(({ id }) => id)).toEqual(jobs.map(({ id }) => id).toSorted())
    expect(ahead).toBeLessThan(2000)
  })

  test('says what is stored when an item is bad, and where to go on', async () => {
    const { client } = setUp()
    const items = Array.from({ length: 700 }, (_, n) => ({ input: { n: n === 600 ? 0.5 : n } }))
    const error: BulkEnqueueError = await client.enqueueMany(double, items).then(
      () => expect.unreachable(),
      (caught) => caught,
    )
    expect(error).toMatchObject({
      code: 'BULK_INCOMPLETE',
      index: 600,
      next: 600,
      cause: { code: 'INVALID_INPUT' },
    })
    expect(error.stored).toHaveLength(600)
    expect(await Array.fromAsync(client.jobs({ limit: 1000 }))).toHaveLength(600)
  })
})

describe('jobs, queues', () => {
  test('are listed newest first, by every condition', async () => {
    const { client, transport } = setUp()
    const first = await client.enqueue(plain, { n: 1 }, { tags: ['a'] })
    const second = await client.enqueue(plain, { n: 2 }, { queue: 'other', tags: ['a', 'b'] })
    await take(transport)
    const ids = async (query: object) => (await Array.fromAsync(client.jobs(query))).map(({ id }) => id)
    expect(await ids({ tag: 'a' })).toEqual([second.id, first.id])
    expect(await ids({ state: 'running' })).toEqual([first.id])
    expect(await ids({ queue: 'other', task: 'plain' })).toEqual([second.id])
    expect(await ids({ limit: 1 })).toEqual([second.id])
    await expect(ids({ state: 'runing' })).rejects.toThrow('Did you mean `running`?')
  })

  test('are paused and resumed', async () => {
    const { client, transport } = setUp()
    await client.pause('default')
    expect(await client.paused()).toEqual(['default'])
    const job = await client.enqueue(plain, { n: 1 })
    const waiting = take(transport)
    expect((await job.refresh()).state).toBe('queued')
    await client.resume('default')
    expect((await waiting).job.id).toBe(job.id)
  })

  test('are forgotten after their retention', async () => {
    const clock = new FakeClock()
    const { client, transport } = setUp({ clock, retention: '1h' })
    const job = await client.enqueue(plain, { n: 1 }, { key: 'once' })
    await succeed(await take(transport))
    await clock.advance(3_600_001)
    expect(await transport.log.get(job.id)).toBeUndefined()
    expect((await client.enqueue(plain, { n: 1 }, { key: 'once' })).id).not.toBe(job.id)
  })
})

describe('a closed client', () => {
  test('refuses every call, and ends what was pending', async () => {
    const { client } = setUp()
    const job = await client.enqueue(plain, { n: 1 })
    const result = job.result()
    const events = Array.fromAsync(client.events.stream())
    await client.close()
    await client.close()
    await expect(result).rejects.toMatchObject({ code: 'CLOSED' })
    expect(await events).toEqual([])
    for (const call of [
      client.enqueue(plain, { n: 1 }),
      client.handle(plain, job.id),
      job.refresh(),
      job.cancel(),
      client.workers(),
      client.pause('default'),
      Array.fromAsync(client.jobs()),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'CLOSED' })
    }
    expect(job.state).toBe('queued')
  })

  test('leaves the transport to others who have it open', async () => {
    const { client, transport } = setUp()
    const other = createClient({ transport })
    await Promise.all([client.enqueue(plain, { n: 1 }), other.workers()])
    await client.close()
    expect(await Array.fromAsync(other.jobs())).toHaveLength(1)
    await other.close()
    await expect(transport.log.get('x')).rejects.toMatchObject({ code: 'CLOSED' })
  })
})
