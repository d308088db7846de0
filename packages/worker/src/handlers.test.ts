import { createClient, HandlersError, implement, memory } from '@hotline/core'
import { expect, test } from 'vitest'
import { handlers, rig } from './fixtures/rig.ts'
import { double, heapHog, nap, poison } from './fixtures/tasks.ts'
import { createWorker } from './worker.ts'
import type { WorkerOptions } from './worker-options.ts'

async function refusal(options: Partial<WorkerOptions>): Promise<HandlersError> {
  const transport = memory()
  const worker = createWorker({ handlers, concurrency: 1, ...options, transport })
  const error = await worker.start().catch((reason: unknown) => reason)
  await worker.stop()
  // Nothing is left behind: neither a presence nor an open transport.
  await expect(transport.control.workers()).rejects.toMatchObject({ code: 'CLOSED' })
  if (error instanceof HandlersError) return error
  throw new Error('the worker did not refuse to start', { cause: error })
}

test.each([
  ['no-default', 'there is no default export'],
  ['no-array', 'they are not an array'],
  ['empty', 'the array is empty'],
  ['foreign', 'element 1 is no implementation'],
  ['twice', 'task "double" has two handlers'],
  ['throwing', 'it does not load (RangeError: no licence for the solver)'],
  ['exiting', 'its process ended with exit code 7 while loading'],
  ['missing', 'it does not load'],
])(
  'handlers that are wrong (%s) keep the worker from starting, in a process and inline',
  async (name, problem) => {
    const module = new URL(`./fixtures/bad/${name}-handlers.ts`, import.meta.url)
    const error = await refusal({ handlers: module })
    expect(error.code).toBe('HANDLERS_INVALID')
    expect(error.message).toContain(`bad/${name}-handlers.ts: ${problem}`)
    if (name === 'exiting') expect(error.message).toContain('the licence server is down')
    else expect((await refusal({ handlers: module, isolation: 'inline' })).message).toContain(problem)
  },
)

test('what a module throws arrives with its stack and its cause', async () => {
  const error = await refusal({ handlers: new URL('./fixtures/bad/throwing-handlers.ts', import.meta.url) })
  expect(error.cause).toMatchObject({ name: 'RangeError', cause: { message: 'file not found' } })
  expect(error.cause instanceof Error && error.cause.stack).toContain('throwing-handlers.ts:1')
})

test('tasks that the module lacks are named, and the start may be tried again', async () => {
  const error = await refusal({ tasks: [double, heapHog] })
  expect(error.message).toContain('there is no handler for task "heap-hog"')
  const list = [implement(double, (value) => value * 2)]
  const inline = await refusal({ handlers: list, isolation: 'inline', tasks: [double, nap, poison] })
  expect(inline.message).toContain('there is no handler for tasks "nap", "poison"')
})

test('handlers may be given by path, and an array runs inline', async () => {
  await using byPath = await rig({ handlers: 'packages/worker/src/fixtures/handlers.ts' })
  expect(await (await byPath.client.enqueue(double, 4)).result({ timeout: '15s' })).toBe(8)
  await using byArray = await rig({
    handlers: [implement(double, (value) => value * 2)],
    isolation: 'inline',
  })
  expect(await (await byArray.client.enqueue(double, 5)).result({ timeout: '15s' })).toBe(10)
})

test('a job whose task has no handler goes back to its queue, and costs nothing', async () => {
  for (const isolation of ['process', 'inline'] as const) {
    await using made = await rig({ isolation })
    const job = await made.client.enqueue(heapHog, null)
    expect(await made.when('job.released')).toMatchObject({ reason: 'unknown-task' })
    await job.refresh()
    expect(job.record).toMatchObject({ failures: 0, crashes: 0, misses: 1 })
  }
})

test('start and stop can be called twice and at once', async () => {
  const transport = memory()
  const client = createClient({ transport })
  const worker = createWorker({ transport, handlers, concurrency: 1 })
  await Promise.all([worker.start(), worker.start()])
  await worker.start()
  const job = await client.enqueue(double, 1)
  expect(await job.result({ timeout: '15s' })).toBe(2)
  expect(await client.workers()).toHaveLength(1)
  await Promise.all([worker.stop(), worker.stop()])
  await worker.stop()
  await expect(worker.start()).rejects.toMatchObject({ code: 'CLOSED' })
  await client.close()
})

test('stop while it starts, and stop before any start', async () => {
  const worker = createWorker({ transport: memory(), handlers, concurrency: 1 })
  const starting = worker.start()
  await worker.stop()
  await starting
  const idle = createWorker({ transport: memory(), handlers, concurrency: 1 })
  await idle.stop()
  await expect(idle.start()).rejects.toMatchObject({ code: 'CLOSED' })
})
