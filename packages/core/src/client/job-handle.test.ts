import { describe, expect, test, vi } from 'vitest'
import type { JobError } from '../error.ts'
import { createJobIdFactory } from '../job/job-id.ts'
import { defineTask } from '../task/task.ts'
import { double, plain, setUp } from './client.fixture.ts'
import { fail, stop, succeed, take } from './job-by-hand.fixture.ts'

describe('a handle', () => {
  test('waits for the output, as the schema makes it', async () => {
    const { client, transport } = setUp()
    const job = await client.enqueue(double, { n: 21 })
    const result = job.result({ timeout: '10s' })
    await succeed(await take(transport), { doubled: 42 })
    expect(await result).toEqual({ doubled: '42' })
    expect(job).toMatchObject({
      state: 'succeeded',
      error: undefined,
      evidence: { source: 'memory', trustedUntil: 'forever', worker: 'by-hand' },
    })
  })

  test('keeps the error of every attempt, whole', async () => {
    const { client, transport } = setUp()
    const job = await client.enqueue(plain, { n: 1 })
    await fail(await take(transport), new RangeError('first'), 0)
    await fail(await take(transport), new TypeError('second'))
    const error: JobError = await job.result().then(
      () => expect.unreachable(),
      (caught) => caught,
    )
    expect(error).toMatchObject({
      code: 'HANDLER_ERROR',
      attempt: 2,
      cause: { name: 'TypeError', message: 'second' },
    })
    expect(error.stack).toMatch(/Thrown in the worker:\n {2}TypeError: second\n +at .*job-handle.test.ts/)
    expect(error.stack).toContain('Enqueued:')
    expect(job.attempts.map((attempt) => attempt.error?.message)).toMatchObject([
      expect.stringContaining('RangeError: first'),
      expect.stringContaining('TypeError: second'),
    ])
  })

  test('made from an id alone tells a job that never was from one that is forgotten', async () => {
    const { client } = setUp({ retention: '1h' })
    const unknown = await client.handle(plain, createJobIdFactory()())
    const forgotten = await client.handle(plain, createJobIdFactory({ now: () => Date.now() - 7_200_000 })())
    expect([unknown.state, forgotten.state]).toEqual(['unknown', 'forgotten'])
    await expect(unknown.result()).rejects.toMatchObject({ code: 'JOB_UNKNOWN' })
    await expect(forgotten.result()).rejects.toMatchObject({ code: 'JOB_FORGOTTEN' })
    await expect(unknown.cancel()).rejects.toMatchObject({ code: 'JOB_UNKNOWN' })
  })

  test('of a task that is remembered for less than the backend could says forgotten as early', async () => {
    const { client } = setUp({ retention: '1h' })
    const brief = defineTask<{ n: number }, number>('brief', { retention: '1m' })
    const id = createJobIdFactory({ now: () => Date.now() - 120_000 })()
    expect((await client.handle(brief, id)).state).toBe('forgotten')
    expect((await client.handle(plain, id)).state).toBe('unknown')
  })

  test('does not go back when a look is answered late', async () => {
    const { client, transport } = setUp()
    const job = await client.enqueue(plain, { n: 1 })
    const answer = Promise.withResolvers<void>()
    const stale = await transport.log.get(job.id)
    vi.spyOn(transport.log, 'get').mockImplementationOnce(async () => {
      await answer.promise
      return stale
    })
    const slow = job.refresh()
    await succeed(await take(transport))
    expect((await job.refresh()).state).toBe('succeeded')
    answer.resolve()
    expect((await slow).state).toBe('succeeded')
  })

  test('of another task is refused', async () => {
    const { client } = setUp()
    const job = await client.enqueue(plain, { n: 1 })
    await expect(client.handle(double, job.id)).rejects.toThrow('is of task "plain", not of "double"')
    expect((await client.handle(job.id)).task).toBe('plain')
  })

  test('hears the events of its own job only, until it no longer wants to', async () => {
    const { client, transport } = setUp()
    const [job] = await Promise.all([client.enqueue(plain, { n: 1 }), client.enqueue(plain, { n: 2 })])
    const heard: string[] = []
    const listener = (event: { jobId: string; type: string }) =>
      heard.push(`${event.jobId === job.id} ${event.type}`)
    job.on('job.started', listener).on('job.succeeded', listener).on('job.queued', listener)
    job.off('job.queued', listener)
    await succeed(await take(transport))
    await succeed(await take(transport))
    await vi.waitFor(() => expect(heard).toEqual(['true job.started', 'true job.succeeded']))
  })

  test('replays its job from the first event, and ends after the last', async () => {
    const { client, transport } = setUp()
    const job = await client.enqueue(plain, { n: 1 })
    const types = Array.fromAsync(job.events(), ({ type }) => type)
    await fail(await take(transport), new Error('once'), 0)
    await succeed(await take(transport))
    const whole = ['job.queued', 'job.started', 'job.retrying', 'job.started', 'job.succeeded']
    expect(await types).toEqual(whole)
    expect(await Array.fromAsync(job.events(), ({ type }) => type)).toEqual(whole)
  })

  test('gives up waiting when told to, and the job goes on', async () => {
    const { client } = setUp()
    const job = await client.enqueue(plain, { n: 1 })
    await expect(job.result({ timeout: 5 })).rejects.toMatchObject({
      code: 'RESULT_TIMEOUT',
      state: 'queued',
    })
    const why = new Error('the user left')
    await expect(job.result({ signal: AbortSignal.abort(why) })).rejects.toBe(why)
    expect((await job.refresh()).state).toBe('queued')
  })
})

describe('cancel', () => {
  test('ends a waiting job at once', async () => {
    const { client } = setUp()
    const job = await client.enqueue(plain, { n: 1 }, { delay: '1h' })
    expect(await job.cancel({ reason: 'no need' })).toMatchObject({
      means: 'before-start',
      state: 'cancelled',
      reason: 'no need',
    })
    await expect(job.result()).rejects.toMatchObject({
      code: 'JOB_CANCELLED',
      message: expect.stringContaining('no need'),
    })
  })

  test('tells the worker, and waits for its receipt', async () => {
    const { client, transport } = setUp()
    const job = await client.enqueue(plain, { n: 1 })
    const lease = await take(transport)
    const { promise: told, resolve } = Promise.withResolvers<unknown>()
    await transport.control.listen(resolve)
    const cancelled = job.cancel()
    expect(await told).toEqual({ type: 'cancel', jobId: job.id, attempt: 1 })
    await stop(lease)
    expect(await cancelled).toMatchObject({
      means: 'SIGTERM',
      state: 'cancelled',
      worker: 'by-hand',
      tookMs: 2,
    })
  })

  test('says so when the job came to its own end first, or had done so before', async () => {
    const { client, transport } = setUp()
    const job = await client.enqueue(plain, { n: 1 })
    const lease = await take(transport)
    const cancelled = job.cancel()
    await transport.control.listen(() => void succeed(lease, 1))
    expect(await cancelled).toMatchObject({ means: 'finished-first', state: 'succeeded' })
    expect(await job.cancel()).toMatchObject({ means: 'already-final', state: 'succeeded' })
  })

  test('gives up in time when no worker answers, and the request stands', async () => {
    const { client, transport } = setUp()
    const job = await client.enqueue(plain, { n: 1 })
    const lease = await take(transport)
    await expect(job.cancel({ timeout: 5 })).rejects.toMatchObject({ code: 'CANCEL_TIMEOUT' })
    expect((await lease.extend()).cancel).toBeDefined()
  })
})
