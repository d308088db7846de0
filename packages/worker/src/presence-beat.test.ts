import { memory, silentLogger } from '@hotline/core'
import { expect, test, vi } from 'vitest'
import { rig, until } from './fixtures/rig.ts'
import { endless } from './fixtures/tasks.ts'
import { PresenceBeat } from './presence-beat.ts'

test('heartbeats tell what each slot does, with memory and CPU, and end with a goodbye', async () => {
  await using made = await rig({ concurrency: 2, lease: '600ms', name: 'numbers' })
  const job = await made.client.enqueue(endless, {})
  const started = await made.when('job.started')
  const seen = await until(async () => {
    const [presence] = await made.client.workers()
    const slot = presence?.slots[started.slot]
    return slot?.job !== undefined && slot.cpu !== undefined && slot.cpu > 0.05 && { presence, slot }
  }, 'a heartbeat with the job in it')
  expect(seen.presence).toMatchObject({
    worker: made.worker.id,
    pid: process.pid,
    queues: ['default'],
    state: 'running',
    everyMs: 200,
    limit: 2,
    held: 1,
    running: 1,
  })
  expect(seen.presence?.supervisorRss).toBeGreaterThan(10 * 1024 ** 2)
  expect(seen.presence?.tasks).toContain('endless')
  expect(seen.slot).toMatchObject({
    pid: started.pid,
    job: { id: job.id, task: 'endless', attempt: 1, since: started.at },
  })
  expect(seen.slot.rss).toBeGreaterThan(10 * 1024 ** 2)
  const stopping = made.worker.stop({ grace: '1h' })
  await until(async () => (await made.client.workers())[0]?.state === 'draining', 'the state draining')
  await Promise.all([made.worker.stop(), stopping])
  expect(await made.client.workers()).toEqual([])
})

test('the worker says in words how its limit came about', async () => {
  await using made = await rig({ concurrency: undefined })
  const online = await made.when('worker.online')
  expect(online).toMatchObject({ worker: made.worker.id, isolation: 'process', limit: made.worker.limit })
  expect(online.arithmetic).toMatch(/CPUs? = \d+$/)
})

test('a slow heartbeat does not come after the goodbye', async () => {
  const transport = memory()
  await transport.open()
  const slow = Promise.withResolvers<void>()
  const send = vi.spyOn(transport.control, 'beat').mockReturnValueOnce(slow.promise)
  const said: string[] = []
  vi.spyOn(transport.control, 'leave').mockImplementation(async () => void said.push('goodbye'))
  const facts = { worker: 'w', host: 'h', pid: 1, queues: [], tasks: [], limit: 0, slots: [] }
  const now = () => ({ state: 'running', held: 0, running: 0 }) as const
  const beat = new PresenceBeat(transport, { ...facts, isolation: 'inline', now }, silentLogger)
  const first = beat.beat().then(() => said.push('slow'))
  await beat.beat()
  expect(send).toHaveBeenCalledTimes(2)
  const stopped = beat.stop()
  setImmediate(slow.resolve)
  await Promise.all([first, stopped])
  expect(said).toEqual(['slow', 'goodbye'])
  await transport.close()
})
