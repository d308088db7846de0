import { expect, test } from 'vitest'
import { until } from './fixtures/rig.ts'
import { MemoryGuard } from './memory-guard.ts'
import type { ProcessSample, ProcessUsage } from './process-usage.ts'
import { processUsage } from './process-usage.ts'

test('memory and CPU time of a process are read from the system', async () => {
  const sample = (await processUsage.sample([process.pid])).get(process.pid)
  const rss = process.memoryUsage.rss()
  expect(sample?.rss).toBeGreaterThan(rss * 0.5)
  expect(sample?.rss).toBeLessThan(rss * 2)
  expect(sample?.cpuMs).toBeGreaterThan(0)
  expect(await processUsage.sample([2 ** 30])).toEqual(new Map())
})

test('the guard reports a process above its limit once, and keeps the peak', async () => {
  let rss = 100
  const sampleNow = (): ProcessSample => ({ rss, cpuMs: rss })
  const usage: ProcessUsage = {
    everyMs: 5,
    sample: async (pids) => new Map(pids.map((pid) => [pid, sampleNow()])),
    sampleNow,
    resetPeak: () => false,
    peakRss: () => undefined,
  }
  const guard = new MemoryGuard(usage)
  let over = 0
  const watch = guard.watch(1, 200, () => {
    over += 1
  })
  const free = guard.watch(2, undefined, () => {
    over += 100
  })
  rss = 200
  await until(() => watch.lastRss === 200, 'a sample at the limit')
  expect(watch.isOver).toBe(false)
  rss = 300
  await until(() => watch.isOver, 'the report')
  rss = 50
  await until(() => watch.lastRss === 50 && free.lastRss === 50, 'another sample')
  expect(over).toBe(1)
  watch.end()
  expect(watch).toMatchObject({ peakRss: 300, lastRss: 50, isOver: true })
  expect(free).toMatchObject({ isOver: false })
  free.end()
  guard.stop()
})

test('a guard whose measurement fails once goes on', async () => {
  let tries = 0
  const guard = new MemoryGuard({
    everyMs: 5,
    sample: async (pids) => {
      tries += 1
      if (tries === 1) throw new Error('no process can be started')
      return new Map(pids.map((pid) => [pid, { rss: 300, cpuMs: 1 }]))
    },
    sampleNow: () => undefined,
    resetPeak: () => false,
    peakRss: () => undefined,
  })
  const watch = guard.watch(1, 200, () => {})
  await until(() => watch.isOver, 'the report')
  guard.stop()
})
