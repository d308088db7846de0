import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { run, start } from '../testing/captured-io.ts'
import { scene } from '../testing/scene.ts'
import { failing, lasting, quick } from '../testing/tasks.ts'

const handlers = fileURLToPath(new URL('../testing/handlers.ts', import.meta.url))
const inline = ['worker', handlers, '--isolation', 'inline', '--concurrency', '2']

test('it runs jobs, prints its own events on stderr, drains on SIGINT, and ends with 0', async () => {
  await using its = await scene()
  const worker = start([...inline, '--name', 'mine'], its)
  await worker.until('worker.online')
  const other = start(['worker', handlers, '--isolation', 'inline', '--queues', 'elsewhere'], its)
  await other.until('worker.online')
  expect(await (await its.client.enqueue(quick, 21)).result()).toBe(42)
  await expect((await its.client.enqueue(failing, null)).result()).rejects.toThrow('bad')
  const last = await its.client.enqueue(lasting, 300)
  await worker.until('half way')
  worker.stop()
  expect([await worker.exit, worker.out]).toEqual([0, ''])
  expect((await last.refresh()).state).toBe('succeeded')
  const types = worker.err
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ +/)[1])
  expect(types).toEqual([
    ...['worker.online', 'job.started', 'job.succeeded', 'job.started', 'job.failed'],
    ...['job.started', 'job.progress', 'job.logged', 'job.succeeded', 'worker.offline'],
  ])
  expect(worker.err).toMatch(/worker\.online +mine-\S+ · limit 2, as given · inline · queues default/)
  other.stop('SIGTERM')
  expect([await other.exit, other.err.includes('job.')]).toEqual([0, false])
})

test('a second signal hurries: what runs is given back', async () => {
  await using its = await scene()
  const worker = start([...inline, '--json'], its)
  await worker.until('worker.online')
  const job = await its.client.enqueue(lasting, 60_000)
  await worker.until('half way')
  worker.stop()
  worker.hurry()
  expect([await worker.exit, worker.err]).toEqual([0, ''])
  const events = worker.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(events.map(({ type }) => type).slice(-2)).toEqual(['job.released', 'worker.offline'])
  expect((await job.refresh()).state).toBe('queued')
})

test('child processes do the work by default', async () => {
  await using its = await scene()
  const worker = start(['worker', handlers, '--concurrency', '1'], its)
  await worker.until('worker.online')
  const job = await its.client.enqueue(quick, 1)
  expect(await job.result()).toBe(2)
  await job.refresh()
  expect(job.evidence.pid).not.toBe(process.pid)
  worker.stop()
  expect(await worker.exit).toBe(0)
})

test('handlers that do not load are an error in one line, with exit code 1', async () => {
  await using its = await scene()
  for (const isolation of ['inline', 'process']) {
    const { exit, out, err } = await run(['worker', './no-such-handlers.ts', '--isolation', isolation], its)
    expect([exit, out]).toEqual([1, ''])
    expect(err).toMatch(/^hotline: Cannot use the handlers in no-such-handlers\.ts: .*\n$/)
  }
  const debug = await run(['worker', './no-such-handlers.ts', '--isolation', 'inline', '--debug'], its)
  expect(debug.err).toMatch(/^ {4}at /m)
  expect(debug.err).toContain('Caused by ')
})
