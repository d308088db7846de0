/** What does not compile. Each `@ts-expect-error` is a promise: if the line below it compiled, this file would not. */
import { assertType, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import type { JobEvent, JobHandle, StopReceipt } from './index.ts'
import { createClient, defineTask, implement, memory } from './index.ts'

const integrate = defineTask('integrate', {
  input: z.object({ from: z.number(), to: z.number(), steps: z.number().int().default(10) }),
  output: z.object({ area: z.number(), at: z.coerce.date() }),
  progress: z.object({ done: z.number() }),
})
const plain = defineTask<{ n: number }, string, number>('plain')
const bare = defineTask('bare')
const client = createClient({ transport: memory() })

test('inputs', async () => {
  await client.enqueue(integrate, { from: 0, to: 1 })
  await client.enqueue(plain, { n: 1 }, { priority: 'high', delay: '5s', tags: ['a'] })
  await client.enqueue(bare, { anything: 'goes' })
  // @ts-expect-error a text is no number
  await client.enqueue(integrate, { from: '0', to: 1 })
  // @ts-expect-error `to` is missing
  await client.enqueue(integrate, { from: 0 })
  // @ts-expect-error no such property
  await client.enqueue(plain, { n: 1, m: 2 })
  // @ts-expect-error a text is no number
  await client.enqueueMany(plain, [{ input: { n: 'one' } }])
  // @ts-expect-error no such option
  await client.enqueue(plain, { n: 1 }, { prority: 'high' })
  // @ts-expect-error no such level
  await client.enqueue(plain, { n: 1 }, { priority: 'urgent' })
  // @ts-expect-error no such unit
  await client.enqueue(plain, { n: 1 }, { delay: '5 lightyears' })
})

test('outputs', async () => {
  const job = await client.enqueue(integrate, { from: 0, to: 1 })
  const result = await job.result()
  expectTypeOf(result).toEqualTypeOf<{ area: number; at: Date }>()
  // @ts-expect-error no such property
  result.volume
  expectTypeOf(await (await client.handle(plain, job.id)).result()).toEqualTypeOf<string>()
  expectTypeOf(await (await client.handle(job.id)).result()).toEqualTypeOf<unknown>()
  expectTypeOf(await job.cancel()).toEqualTypeOf<StopReceipt>()
  // @ts-expect-error a handle of another task
  assertType<typeof job>(await client.enqueue(plain, { n: 1 }))
  assertType<JobHandle>(job)
})

test('handlers', () => {
  implement(integrate, (input, ctx) => {
    expectTypeOf(input).toEqualTypeOf<{ from: number; to: number; steps: number }>()
    ctx.progress({ done: 1 })
    // @ts-expect-error a text is no number
    ctx.progress({ done: 'much' })
    // @ts-expect-error the context is read-only
    ctx.attempt = 2
    return { area: 1, at: new Date() }
  })
  implement(plain, async ({ n }) => String(n))
  // @ts-expect-error a number is no text
  implement(plain, ({ n }) => n)
  // @ts-expect-error `area` is missing
  implement(integrate, () => ({ at: new Date() }))
  // @ts-expect-error no such property
  implement(plain, ({ m }) => String(m))
})

test('events', async () => {
  const job = await client.enqueue(integrate, { from: 0, to: 1 })
  job.on('job.progress', (event) => {
    expectTypeOf(event.progress).toEqualTypeOf<{ done: number }>()
    // @ts-expect-error no such property
    event.progress.part
  })
  job.on('job.succeeded', ({ result, runMs }) => {
    expectTypeOf(result.area).toEqualTypeOf<number>()
    expectTypeOf(runMs).toEqualTypeOf<number>()
  })
  client.events.on('job.started', (event) => {
    expectTypeOf(event.waitMs).toEqualTypeOf<number>()
    // @ts-expect-error a start has no result
    event.result
  })
  client.events.on('worker.online', ({ limit }) => expectTypeOf(limit).toEqualTypeOf<number>())
  // @ts-expect-error no such event
  client.events.on('job.finished', () => {})
  // @ts-expect-error a notice of a worker is no event of a job
  job.on('worker.online', () => {})
  for await (const event of client.events.stream({ types: ['job.failed', 'job.lost'] })) {
    expectTypeOf(event.type).toEqualTypeOf<'job.failed' | 'job.lost' | 'stream.gap'>()
    // @ts-expect-error neither has a result
    event.result
  }
  for await (const event of job.events()) {
    if (event.type === 'job.progress') expectTypeOf(event.progress.done).toEqualTypeOf<number>()
  }
  // @ts-expect-error an event of one type is no event of another
  assertType<JobEvent<'job.started'>>({} as JobEvent<'job.failed'>)
})

test('tasks', () => {
  // @ts-expect-error no such option
  defineTask('x', { attemps: 3 })
  // @ts-expect-error a text is no schema
  defineTask('x', { input: 'number' })
  // @ts-expect-error no such unit
  defineTask('x', { memory: '1 gigabyte' })
  // @ts-expect-error the name of a task is fixed
  plain.name = 'other'
})
