import { expect, test } from 'vitest'
import { memory } from '../memory/memory.ts'
import { defineTask } from '../task/task.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { createClient } from './client.ts'
import { succeed, take } from './job-by-hand.fixture.ts'

const plain = defineTask<{ n: number }, number>('plain')
const other = defineTask<{ n: number }, number>('other')

test('a listener that is added before an enqueue hears of it', async () => {
  await using client = createClient({ transport: memory() })
  const { promise, resolve } = Promise.withResolvers<string>()
  client.events.once('job.queued', ({ jobId }) => resolve(jobId))
  const job = await client.enqueue(plain, { n: 1 })
  expect(await promise).toBe(job.id)
})

test('a listener that throws disturbs no other, and its error is not swallowed', async () => {
  await using client = createClient({ transport: memory() })
  const uncaught = Promise.withResolvers<unknown>()
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException').once('uncaughtException', uncaught.resolve)
  const heard = Promise.withResolvers<string>()
  client.events.on('job.queued', () => {
    throw new Error('a bad listener')
  })
  client.events.on('job.queued', ({ type }) => heard.resolve(type))
  await client.enqueue(plain, { n: 1 })
  expect(await heard.promise).toBe('job.queued')
  expect(await uncaught.promise).toMatchObject({ message: 'a bad listener' })
  for (const listener of others) process.on('uncaughtException', listener)
})

test('off ends what on began', async () => {
  await using client = createClient({ transport: memory() })
  const heard: string[] = []
  const listener = ({ type }: { type: string }) => heard.push(type)
  client.events.on('job.queued', listener).off('job.queued', listener)
  const { promise, resolve } = Promise.withResolvers<void>()
  client.events.on('job.queued', () => resolve())
  await client.enqueue(plain, { n: 1 })
  await promise
  expect(heard).toEqual([])
})

test('an unknown type is refused with the nearest', async () => {
  await using client = createClient({ transport: memory() })
  // @ts-expect-error no such event
  expect(() => client.events.on('job.finished', () => {})).toThrow('There is no event type "job.finished"')
  // @ts-expect-error no such event
  expect(() => client.events.stream({ types: ['job.startd'] })).toThrow('Did you mean `job.started`?')
})

test('a stream begins where it was asked for, not where it is read', async () => {
  await using client = createClient({ transport: memory() })
  await client.enqueue(plain, { n: 1 })
  const stream = client.events.stream()
  const later = await client.enqueue(plain, { n: 2 })
  for await (const event of stream) {
    expect(event).toMatchObject({ type: 'job.queued', jobId: later.id })
    break
  }
})

test('a stream yields what was asked for: types, task, job', async () => {
  const transport = memory()
  await using client = createClient({ transport })
  const [job] = await Promise.all([client.enqueue(plain, { n: 1 }), client.enqueue(other, { n: 1 })])
  await succeed(await take(transport))
  await succeed(await take(transport))
  const read = async (options: object, count: number) => {
    const types: string[] = []
    for await (const event of client.events.stream({ from: 'start', ...options })) {
      types.push('task' in event ? `${event.task} ${event.type}` : event.type)
      if (types.length === count) break
    }
    return types
  }
  expect(await read({ types: ['job.succeeded'] }, 2)).toEqual(['plain job.succeeded', 'other job.succeeded'])
  expect(await read({ task: 'other' }, 3)).toEqual([
    'other job.queued',
    'other job.started',
    'other job.succeeded',
  ])
  expect(await read({ jobId: job.id }, 3)).toEqual([
    'plain job.queued',
    'plain job.started',
    'plain job.succeeded',
  ])
})

test('a stream ends with its signal', async () => {
  await using client = createClient({ transport: memory() })
  const stop = new AbortController()
  const events = Array.fromAsync(client.events.stream({ from: 'start', signal: stop.signal }))
  await client.enqueue(plain, { n: 1 })
  stop.abort()
  expect((await events).length).toBeLessThanOrEqual(1)
})

test('a trimmed cursor yields one gap, then what follows', async () => {
  const clock = new FakeClock()
  const transport = memory({ clock, retention: '1h' })
  await using client = createClient({ transport })
  await client.enqueue(plain, { n: 1 })
  await succeed(await take(transport))
  const events = client.events.stream({ from: 'start' })[Symbol.asyncIterator]()
  const first = await events.next()
  await clock.advance(4_000_000)
  await client.enqueue(plain, { n: 2 })
  await succeed(await take(transport))
  const resumed = client.events.stream({ from: first.value?.cursor ?? '' })
  const seen: string[] = []
  for await (const event of resumed) {
    seen.push(event.type)
    if (seen.length === 4) break
  }
  expect(seen).toEqual(['stream.gap', 'job.queued', 'job.started', 'job.succeeded'])
  // Whoever wants some types or one task only has missed events, too.
  const few = client.events.stream({ from: 'start', types: ['job.succeeded'], task: 'plain' })
  const cut = client.events.stream({
    from: first.value?.cursor ?? '',
    types: ['job.succeeded'],
    task: 'plain',
  })
  for await (const event of few) {
    expect(event.type).toBe('job.succeeded')
    break
  }
  for await (const event of cut) {
    expect(event.type).toBe('stream.gap')
    break
  }
  // The reader that was in the middle of it is told as well.
  expect((await events.next()).value).toMatchObject({ type: 'stream.gap' })
})
