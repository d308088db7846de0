import { getPriority } from 'node:os'
import { expect, test } from 'vitest'
import { isAlive, rig } from './fixtures/rig.ts'
import { double, environment, grower, identity, reporting } from './fixtures/tasks.ts'

test('one warm process runs job after job, nicer than its supervisor', async () => {
  await using made = await rig({ niceness: 7 })
  const first = await (await made.client.enqueue(identity, null)).result({ timeout: '15s' })
  const second = await (await made.client.enqueue(identity, null)).result({ timeout: '15s' })
  expect(second.pid).toBe(first.pid)
  expect(first.pid).not.toBe(process.pid)
  expect(first.nice).toBe(Math.min(19, getPriority() + 7))
  if (process.platform === 'linux') expect(first.oom).toBe('500')
  expect((await made.when('job.started')).pid).toBe(first.pid)
})

test('a child sees the environment that is allowed or named, and no other', async () => {
  process.env.HOTLINE_URL = 'redis://user:secret@example.com'
  process.env.SOLVER_LICENCE = 'x'
  await using made = await rig({ env: ['SOLVER_LICENCE'] })
  const names = await (await made.client.enqueue(environment, null)).result({ timeout: '15s' })
  expect(names).toContain('PATH')
  expect(names).toContain('SOLVER_LICENCE')
  expect(names).not.toContain('HOTLINE_URL')
})

test('after so many jobs a process is replaced, and its end waits for no job', async () => {
  await using made = await rig({ recycle: { jobs: 3 } })
  const jobs = await made.client.enqueueMany(identity, Array(7).fill({ input: null }))
  const pids = new Set<number>()
  for (const job of jobs) pids.add((await job.result({ timeout: '20s' })).pid)
  expect(pids.size).toBe(3)
  expect(await made.when('slot.recycled', 2)).toMatchObject({ reason: 'jobs', jobsRun: 3, slot: 0 })
  expect([...pids].filter(isAlive)).toHaveLength(1)
})

test('a process that holds too much memory after a job is replaced', async () => {
  await using made = await rig({ recycle: { rss: '200 MiB' } })
  const big = await made.client.enqueue(grower, { bytes: 250 * 1024 ** 2 })
  const { pid } = await big.result({ timeout: '15s' })
  const recycled = await made.when('slot.recycled')
  expect(recycled).toMatchObject({ reason: 'rss', jobsRun: 1 })
  expect(recycled.rssBefore).toBeGreaterThan(200 * 1024 ** 2)
  expect(recycled.rssAfter).toBeLessThan(200 * 1024 ** 2)
  expect(isAlive(pid)).toBe(false)
})

test('progress and log lines arrive before the result, merged and counted', async () => {
  for (const isolation of ['process', 'inline'] as const) {
    await using made = await rig({ isolation })
    const job = await made.client.enqueue(reporting, { times: 1000, lines: 150 })
    await job.result({ timeout: '15s' })
    await made.when('job.succeeded')
    const reports = made.of('job.progress')
    expect(reports[0]).toMatchObject({ progress: { done: 1 }, dropped: 0 })
    expect(reports.at(-1)).toMatchObject({ progress: { done: 1000 } })
    expect(reports.length).toBeLessThan(100)
    expect(reports.reduce((sum, { dropped }) => sum + dropped + 1, 0)).toBe(1000)
    const logged = made.of('job.logged')
    const [lines, dropped] = [
      logged.flatMap((event) => event.lines),
      logged.reduce((sum, event) => sum + event.dropped, 0),
    ]
    expect(lines[0]).toBe('line 1')
    expect(lines.length + dropped).toBe(150)
    const types = made.events.map(({ type }) => type)
    const end = types.indexOf('job.succeeded')
    expect(end).toBeGreaterThan(types.lastIndexOf('job.progress'))
    expect(end).toBeGreaterThan(types.lastIndexOf('job.logged'))
  }
})

test('usage of a job is measured: time, CPU and peak memory', async () => {
  await using made = await rig()
  await (await made.client.enqueue(double, 1)).result({ timeout: '15s' })
  const { runMs, cpuMs, peakRss } = await made.when('job.succeeded')
  expect(runMs).toBeGreaterThanOrEqual(0)
  expect(cpuMs).toBeGreaterThanOrEqual(0)
  if (process.platform === 'linux') expect(peakRss).toBeGreaterThan(20 * 1024 ** 2)
})
