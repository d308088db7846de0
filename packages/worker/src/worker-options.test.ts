import { implement, memory } from '@hotline/core'
import { expect, test } from 'vitest'
import { double } from './fixtures/tasks.ts'
import { createWorker } from './worker.ts'
import { workerSettings } from './worker-options.ts'

const transport = memory()
const handlers = './handlers.ts'

test('the defaults are as documented', () => {
  expect(workerSettings({ transport, handlers })).toMatchObject({
    queues: undefined,
    concurrency: undefined,
    isolation: 'process',
    env: [],
    recycle: { jobs: 1000, rss: 512 * 1024 ** 2 },
    ladder: { abortMs: 2000, termMs: 2000 },
    graceMs: 30_000,
    niceness: 5,
    stopOn: [],
  })
})

test.each([
  [{ concurency: 2 }, 'Did you mean `concurrency`?'],
  [{ concurrency: 0 }, 'Give a whole number from 1 to 1024.'],
  [{ concurrency: 1.5 }, '`concurrency` is 1.5.'],
  [{ isolation: 'thread' }, 'There is no isolation "thread"'],
  [{ queues: [] }, '`queues` names no queue.'],
  [{ queues: ['a b'] }, 'is no name for a queue'],
  [{ recycle: { job: 3 } }, 'Did you mean `jobs`?'],
  [{ recycle: { rss: 'much' } }, '`recycle.rss` is "much"'],
  [{ stopLadder: { term: '2 weeks' } }, '`stopLadder.term` is "2 weeks"'],
  [{ grace: -1 }, '`grace` is -1'],
  [{ niceness: 20 }, '`niceness` is 20.'],
  [{ name: 'a b' }, 'is no name for a worker'],
  [{ transport: undefined }, '`transport` is not a transport.'],
  [{ handlers: undefined }, '`handlers` names no module.'],
  [{ handlers: new URL('https://example.com/handlers.js') }, '`handlers` is a https: URL.'],
  [{ handlers: [implement(double, (value) => value)] }, 'functions cannot be sent to a child process'],
])('%o is refused, and the error says what to do', (wrong, text) => {
  const options: object = { transport, handlers, ...wrong }
  // @ts-expect-error: whatever a caller in JavaScript may give
  expect(() => createWorker(options)).toThrow(text)
})

test('ids tell workers of one process apart', () => {
  const made = () => createWorker({ transport, handlers, name: 'numbers' }).id
  expect(made()).toMatch(new RegExp(`^numbers-[A-Za-z0-9._-]+-${process.pid}-[0-9a-f]{8}$`))
  expect(made()).not.toBe(made())
})
