import { memory } from '@hotline/core'
import { expect, test, vi } from 'vitest'
import { isAlive, rig } from './fixtures/rig.ts'
import { double, endless, heeding, late, nap, spinning, stubborn } from './fixtures/tasks.ts'

test('a spinning handler that times out is ended by SIGTERM, and the attempt fails with TIMEOUT', async () => {
  await using made = await rig()
  const job = await made.client.enqueue(spinning, null)
  await expect(job.result({ timeout: '15s' })).rejects.toMatchObject({ code: 'TIMEOUT' })
  const { pid } = await made.when('job.started')
  expect(isAlive(pid)).toBe(false)
  expect(job.error?.message).toMatch(/given 300 ms and took .*SIGTERM ended its process/)
  expect((await made.when('slot.recycled')).reason).toBe('timeout')
})

test('a cancelled job that spins is ended by SIGTERM, and the receipt says so', async () => {
  await using made = await rig()
  const job = await made.client.enqueue(endless, {})
  const { pid, slot } = await made.when('job.started')
  const receipt = await job.cancel({ reason: 'user left', timeout: '15s' })
  expect(receipt).toMatchObject({ means: 'SIGTERM', reason: 'user left', state: 'cancelled', pid, slot })
  expect(receipt.worker).toBe(made.worker.id)
  expect(receipt.tookMs).toBeGreaterThanOrEqual(150)
  expect(isAlive(pid)).toBe(false)
})

test('one that has a handler for SIGTERM and spins is ended by SIGKILL', async () => {
  await using made = await rig()
  const job = await made.client.enqueue(stubborn, null)
  const { pid } = await made.when('job.started')
  // The signal's handler has to be in place before SIGTERM comes.
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await job.cancel({ timeout: '15s' })).toMatchObject({ means: 'SIGKILL' })
  expect(isAlive(pid)).toBe(false)
  expect((await made.when('slot.recycled')).reason).toBe('cancel')
})

test('one that answers to SIGTERM is heard, and its process is gone before its end is told', async () => {
  await using made = await rig({ stopLadder: { abort: '300ms', term: '10s' } })
  const job = await made.client.enqueue(late, null)
  const { pid } = await made.when('job.started')
  expect(await job.cancel({ timeout: '15s' })).toMatchObject({ means: 'finished-first', state: 'succeeded' })
  expect(isAlive(pid)).toBe(false)
})

test.each(['return', 'throw'] as const)(
  'one that heeds its signal (by %s) is cancelled by its handler, and its process lives on',
  async (how) => {
    await using made = await rig({ stopLadder: { abort: '10s' } })
    const job = await made.client.enqueue(heeding, how)
    const { pid } = await made.when('job.started')
    expect(await job.cancel({ timeout: '15s' })).toMatchObject({ means: 'handler', state: 'cancelled' })
    expect(isAlive(pid)).toBe(true)
    expect(made.of('slot.recycled')).toEqual([])
    expect(await (await made.client.enqueue(double, 3)).result({ timeout: '15s' })).toBe(6)
  },
)

test('one that never looks at its signal and finishes before SIGTERM has succeeded', async () => {
  await using made = await rig({ stopLadder: { abort: '10s', term: '1s' } })
  const job = await made.client.enqueue(nap, { ms: 300 })
  await made.when('job.started')
  expect(await job.cancel({ timeout: '15s' })).toMatchObject({ means: 'finished-first', state: 'succeeded' })
  expect(await job.result()).toBe('rested')
})

test('a cancel that comes while the job is granted is not missed', async () => {
  const transport = memory({ lease: '1h' })
  const reserve = transport.queue.reserve.bind(transport.queue)
  const told = Promise.withResolvers<unknown>()
  // The backend has started the job; its answer arrives after the word that somebody wants it stopped.
  vi.spyOn(transport.queue, 'reserve').mockImplementation(async (...wanted) => {
    const lease = await reserve(...wanted)
    if (lease !== undefined) await told.promise
    return lease
  })
  await using made = await rig({ transport, stopLadder: { abort: '10s' } })
  await transport.control.listen(told.resolve)
  const job = await made.client.enqueue(heeding, 'throw')
  await made.when('job.started')
  expect(await job.cancel({ timeout: '10s' })).toMatchObject({ state: 'cancelled', means: 'handler' })
})

test('without a message on the control bus the lease brings the word', async () => {
  await using made = await rig({ lease: '600ms' })
  const job = await made.client.enqueue(endless, {})
  const { attempt } = await made.when('job.started')
  await made.transport.log.append([
    { type: 'job.cancelling', jobId: job.id, attempt, reason: 'by the log alone' },
  ])
  expect((await made.when('job.cancelled')).receipt).toMatchObject({
    means: 'SIGTERM',
    reason: 'by the log alone',
  })
})
