/** What a client promises while its backend is out of reach, or does not answer. */
import { expect, test, vi } from 'vitest'
import { TransportError } from '../error.ts'
import type { HotlineEvent } from '../events/event.ts'
import { plain, setUp } from './client.fixture.ts'
import { succeed, take } from './job-by-hand.fixture.ts'
import { JobFeed } from './job-feed.ts'
import type { JobHome } from './job-home.ts'

const outage = new TransportError({ transport: 'memory', problem: 'it is out of reach', cure: 'Wait.' })

test('listeners that come during an outage are told of it once, and hear what happens after it', async () => {
  const { client, transport } = setUp()
  vi.spyOn(transport.log, 'subscribe').mockRejectedValueOnce(outage).mockRejectedValueOnce(outage)
  const told: unknown[] = []
  const heard: string[] = []
  client.events.on('error', (error) => told.push(error))
  client.events.on('job.queued', ({ jobId }) => heard.push(jobId))
  const early = await client.enqueue(plain, { n: 1 })
  await vi.waitFor(() => expect(transport.log.subscribe).toHaveBeenCalledTimes(3))
  const late = await client.enqueue(plain, { n: 1 })
  await vi.waitFor(() => expect(heard).toContain(late.id))
  expect(heard).not.toContain(early.id)
  expect(told).toEqual([outage])
})

test('a listener of a handle that comes during an outage misses nothing', async () => {
  const { client, transport } = setUp()
  const job = await client.enqueue(plain, { n: 1 })
  vi.spyOn(transport.log, 'subscribe').mockRejectedValueOnce(outage)
  client.events.on('error', () => {})
  const heard: string[] = []
  job.on('job.started', ({ type }) => heard.push(type)).on('job.succeeded', ({ type }) => heard.push(type))
  await succeed(await take(transport))
  await vi.waitFor(() => expect(heard).toEqual(['job.started', 'job.succeeded']))
})

test('a gap that cannot be mended at once is mended later', async () => {
  const { client, transport } = setUp()
  const job = await client.enqueue(plain, { n: 1 })
  const wake = Promise.withResolvers<(event: HotlineEvent) => void>()
  const home = {
    ...{ source: 'memory', limits: transport.limits, closed: new AbortController().signal, now: Date.now },
    look: vi.fn((id: string) => transport.log.get(id)),
    append: (events) => transport.log.append(events),
    broadcast: (message) => transport.control.broadcast(message),
    watch: async (_id, onEvent) => {
      wake.resolve(onEvent)
      return () => {}
    },
    subscribe: (options) => transport.log.subscribe(options),
  } satisfies JobHome
  const heard: string[] = []
  const feed = new JobFeed(job.id, home, { since: 1, deliver: ({ type }) => heard.push(type) })
  await feed.start()
  await succeed(await take(transport))
  home.look.mockRejectedValueOnce(outage)
  const onEvent = await wake.promise
  onEvent({ v: 1, type: 'stream.gap', at: 0, from: '1', cursor: '3' })
  await vi.waitFor(() => expect(heard).toEqual(['job.started', 'job.succeeded']))
  feed.stop()
})

test('a backend that does not answer outlasts neither the timeout, nor the signal, nor `close`', async () => {
  const { client, transport } = setUp()
  const job = await client.enqueue(plain, { n: 1 })
  vi.spyOn(transport.log, 'subscribe').mockReturnValue(new Promise(() => {}))
  await expect(job.result({ timeout: 5 })).rejects.toMatchObject({ code: 'RESULT_TIMEOUT' })
  const leave = new AbortController()
  const left = job.result({ signal: leave.signal })
  leave.abort(new Error('the user left'))
  await expect(left).rejects.toThrow('the user left')
  const closed = job.result()
  await client.close()
  await expect(closed).rejects.toMatchObject({ code: 'CLOSED' })
})
