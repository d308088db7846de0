import { JobError } from '@hotline/core'
import { expect, test } from 'vitest'
import { isAlive, rig, until } from './fixtures/rig.ts'
import { bufferHog, double, dying, heapHog, identity, nap, poison, stray } from './fixtures/tasks.ts'

const hogs = new URL('./fixtures/hog-handlers.ts', import.meta.url)

async function errorOf(result: Promise<unknown>): Promise<JobError> {
  const error = await result.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof JobError) return error
  throw new Error('the job did not fail with a JobError', { cause: error })
}

test.each([
  { how: 'SIGKILL', reason: 'signal', code: 'PROCESS_SIGNAL', facts: { signal: 'SIGKILL' } },
  { how: 3, reason: 'exit', code: 'PROCESS_EXIT', facts: { exitCode: 3 } },
  { how: 0, reason: 'exit', code: 'PROCESS_EXIT', facts: { exitCode: 0 } },
] as const)(
  'a process that ends by $how is a crash with its evidence',
  async ({ how, reason, code, facts }) => {
    await using made = await rig()
    const job = await made.client.enqueue(dying, how)
    const error = await errorOf(job.result({ timeout: '15s' }))
    expect(error.code).toBe('JOB_POISONED')
    const lost = await made.when('job.lost')
    expect(lost).toMatchObject({ reason, code, requeued: false, ...facts })
    expect(lost.error.message).toContain('last words')
    expect(lost.runMs).toBeGreaterThanOrEqual(0)
    expect(await (await made.client.enqueue(double, 2)).result({ timeout: '15s' })).toBe(4)
  },
)

test('SIGTERM of nobody knows whom is a crash, unless the worker is told to stop too', async () => {
  await using made = await rig()
  const job = await made.client.enqueue(dying, 'SIGTERM')
  await errorOf(job.result({ timeout: '15s' }))
  expect(await made.when('job.lost')).toMatchObject({ code: 'PROCESS_SIGNAL', signal: 'SIGTERM' })
})

test('SIGTERM for the whole group releases the job', async () => {
  await using made = await rig()
  await made.client.enqueue(nap, { ms: 10_000 })
  const { pid } = await made.when('job.started')
  process.kill(pid, 'SIGTERM')
  await until(() => !isAlive(pid), 'the end of the child')
  await made.worker.stop()
  expect(made.of('job.lost')).toEqual([])
  expect(await made.when('job.released')).toMatchObject({ reason: 'drain' })
})

test('a heap that is full is a crash for memory', async () => {
  await using made = await rig({ handlers: hogs })
  const job = await made.client.enqueue(heapHog, null)
  await errorOf(job.result({ timeout: '25s' }))
  const lost = await made.when('job.lost')
  expect(lost).toMatchObject({ reason: 'memory', code: 'MEMORY_LIMIT' })
  expect(lost.peakRss).toBeGreaterThan(100 * 1024 ** 2)
})

test('buffers above the limit are a crash for memory, with the peak', async () => {
  await using made = await rig({ handlers: hogs })
  const job = await made.client.enqueue(bufferHog, null)
  const error = await errorOf(job.result({ timeout: '25s' }))
  const lost = await made.when('job.lost')
  expect(lost).toMatchObject({ reason: 'memory', code: 'MEMORY_LIMIT', signal: 'SIGKILL' })
  expect(lost.peakRss).toBeGreaterThan(300 * 1024 ** 2)
  expect(error.message).toContain('300 MiB are allowed')
  expect((await made.when('slot.recycled')).reason).toBe('memory')
})

test('a job that always kills its process is poisoned after exactly the crash limit, and others go on', async () => {
  await using made = await rig()
  const bad = await made.client.enqueue(poison, null)
  const good = await made.client.enqueueMany(
    double,
    [1, 2, 3].map((input) => ({ input })),
  )
  const error = await errorOf(bad.result({ timeout: '20s' }))
  expect(error.code).toBe('JOB_POISONED')
  for (const job of good) await job.result({ timeout: '15s' })
  const ofBad = made.events.filter((event) => 'jobId' in event && event.jobId === bad.id)
  expect(ofBad.filter(({ type }) => type === 'job.started')).toHaveLength(3)
  expect(ofBad.filter(({ type }) => type === 'job.lost')).toHaveLength(3)
  await bad.refresh()
  expect(bad.attempts.map(({ ended, signal }) => [ended, signal])).toEqual(Array(3).fill(['lost', 'SIGKILL']))
})

test.each([
  { how: 'throw', name: 'RangeError', message: 'thrown from a timer' },
  { how: 'reject', name: 'TypeError', message: 'nobody caught this' },
] as const)(
  'an error outside of the handler ($how) fails the attempt, and its process is not used again',
  async (expected) => {
    await using made = await rig()
    const job = await made.client.enqueue(stray, expected.how)
    const error = await errorOf(job.result({ timeout: '15s' }))
    expect(error.code).toBe('HANDLER_ERROR')
    expect(error.cause).toMatchObject({ name: expected.name, message: expected.message })
    expect((await made.when('slot.recycled')).reason).toBe('crash')
    const first = await made.when('job.started')
    const next = await made.client.enqueue(identity, null)
    expect((await next.result({ timeout: '15s' })).pid).not.toBe(first.pid)
  },
)

test('an idle process that dies is replaced, and no job notices', async () => {
  await using made = await rig()
  const before = await (await made.client.enqueue(identity, null)).result({ timeout: '15s' })
  process.kill(before.pid, 'SIGKILL')
  await made.when('slot.recycled')
  const after = await (await made.client.enqueue(identity, null)).result({ timeout: '15s' })
  expect(after.pid).not.toBe(before.pid)
  expect(made.of('job.lost')).toEqual([])
})
