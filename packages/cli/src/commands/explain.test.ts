import { createJobIdFactory, defineTask } from '@hotline/core'
import { expect, test } from 'vitest'
import { run } from '../testing/captured-io.ts'
import { scene } from '../testing/scene.ts'
import { quick } from '../testing/tasks.ts'

test('explain says in sentences why a job waits, and its value as JSON', async () => {
  await using its = await scene()
  const { id } = await its.client.enqueue(quick, 1, { delay: '1h' })
  await its.client.pause('default')
  const { exit, out } = await run(['explain', id.slice(-8)], its)
  expect(exit).toBe(0)
  expect(out.split('\n')).toEqual([
    `Job ${id} (quick) waits in queue default.`,
    expect.stringMatching(/^It is delayed, and due in (1h 00m|59m \d\ds)\.$/),
    'Queue default is paused. `hotline resume default` lets its jobs start.',
    'No worker is alive.',
    'It is the first of its queue.',
    '',
  ])
  const json = JSON.parse((await run(['explain', id, '--json'], its)).out)
  expect(json).toMatchObject({ id, why: 'delayed', also: [{ why: 'paused' }, { why: 'no-worker' }] })
})

test('explain fails for a job that is not there, with a value all the same', async () => {
  await using its = await scene()
  const { exit, out, err } = await run(['explain', createJobIdFactory()(), '--json'], its)
  expect([exit, JSON.parse(out).why]).toEqual([1, 'unknown'])
  expect(err).toMatch(/^hotline: job .* is unknown/)
})

test('nothing that strangers wrote acts on the terminal', async () => {
  await using its = await scene()
  const task = defineTask<null>('strange', { attempts: 1 })
  const { id } = await its.client.enqueue(task, null)
  const holder = { worker: 'w', slot: 0, pid: 1 }
  const signal = AbortSignal.timeout(5000)
  const lease = await its.transport.queue.reserve(['default'], { holder, signal })
  const error = { name: 'Error', message: 'bad \u001b[31mred' }
  const failed = {
    type: 'job.failed',
    jobId: id,
    attempt: 1,
    code: 'HANDLER_ERROR',
    error,
    runMs: 1,
  } as const
  await lease?.settle([failed])
  expect((await run(['explain', id], its)).out).toContain('HANDLER_ERROR: bad \\x1b[31mred\n')
})
