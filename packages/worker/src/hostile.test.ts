import { JobError } from '@hotline/core'
import { expect, test } from 'vitest'
import { HOSTILE } from './fixtures/hostile.ts'
import { rig } from './fixtures/rig.ts'
import { badOutput, double, final, forging, throwing } from './fixtures/tasks.ts'

test('whatever a handler throws fails its job, and its process runs the next', async () => {
  for (const isolation of ['process', 'inline'] as const) {
    await using made = await rig({ isolation })
    const kinds = Object.keys(HOSTILE)
    expect(kinds.length).toBeGreaterThanOrEqual(20)
    const jobs = await made.client.enqueueMany(
      throwing,
      kinds.map((input) => ({ input })),
    )
    for (const [index, job] of jobs.entries()) {
      const error = await job.result({ timeout: '20s' }).catch((reason: unknown) => reason)
      expect(error, kinds[index]).toBeInstanceOf(JobError)
      expect(error, kinds[index]).toMatchObject({ code: 'HANDLER_ERROR', attempt: 1 })
    }
    expect(made.of('slot.recycled')).toEqual([])
    expect(made.of('job.lost')).toEqual([])
  }
})

test('a final error is not tried again', async () => {
  await using made = await rig()
  const job = await made.client.enqueue(final, null)
  await expect(job.result({ timeout: '15s' })).rejects.toMatchObject({ code: 'HANDLER_ERROR' })
  expect(job.attempts).toHaveLength(1)
})

test('an output that JSON cannot carry, or that is too large, fails the job for good', async () => {
  for (const isolation of ['process', 'inline'] as const) {
    await using made = await rig({ isolation })
    const map = await made.client.enqueue(badOutput, 'map')
    await expect(map.result({ timeout: '15s' })).rejects.toMatchObject({ code: 'INVALID_OUTPUT' })
    const large = await made.client.enqueue(badOutput, 'large')
    await expect(large.result({ timeout: '15s' })).rejects.toMatchObject({ code: 'INVALID_OUTPUT' })
    expect(map.attempts).toHaveLength(1)
    expect(map.error?.message).toContain('Map')
    expect(await (await made.client.enqueue(double, 1)).result({ timeout: '15s' })).toBe(2)
  }
})

test('messages that a handler makes up itself change nothing', async () => {
  await using made = await rig()
  const job = await made.client.enqueue(forging, 'forge')
  expect(await job.result({ timeout: '15s' })).toBe('honest')
  expect(made.of('job.succeeded')).toHaveLength(1)
})

test.each([
  ['flood', 'more than 100 messages that hotline does not know'],
  ['disconnect', 'it closed the channel to its supervisor'],
] as const)('a handler that abuses its channel (%s) loses its process', async (how, text) => {
  await using made = await rig()
  const job = await made.client.enqueue(forging, how)
  await expect(job.result({ timeout: '15s' })).rejects.toMatchObject({ code: 'JOB_POISONED' })
  const lost = await made.when('job.lost')
  expect(lost).toMatchObject({ code: 'PROCESS_SIGNAL', signal: 'SIGKILL' })
  expect(lost.error.message).toContain(text)
})
