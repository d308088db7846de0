import { expect, test } from 'vitest'
import { logUntil } from './log-until.ts'
import { scene } from './testing/scene.ts'
import { quick } from './testing/tasks.ts'

test('a log that goes on is read up to the time, one that is silent to its end', async () => {
  await using its = await scene()
  const first = await its.client.enqueue(quick, 1)
  const until = first.record?.queuedAt ?? 0
  while (Date.now() <= until) await its.client.paused()
  const second = await its.client.enqueue(quick, 2)
  const read = async (end: number) => {
    const events = await Array.fromAsync(
      logUntil(its.client, { until: end, signal: AbortSignal.timeout(10_000) }),
    )
    return events.map((event) => ('jobId' in event ? event.jobId : event.type))
  }
  expect(await read(until)).toEqual([first.id])
  expect(await read(Number.POSITIVE_INFINITY)).toEqual([first.id, second.id])
})

test('a backend that is away is not taken for the end', async () => {
  await using its = await scene()
  await its.client.enqueue(quick, 1)
  const log = logUntil(its.client, { until: Number.POSITIVE_INFINITY, signal: AbortSignal.timeout(10_000) })
  expect((await log.next()).done).toBe(false)
  its.client.paused = () => Promise.reject(new Error('away'))
  await expect(log.next()).rejects.toThrow('away')
})
