import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Lease, ProposedNotice } from '@hotline/core'
import { createWorker } from '@hotline/worker'
import { expect, onTestFinished, test } from 'vitest'
import { run } from '../testing/captured-io.ts'
import handlers from '../testing/handlers.ts'
import { type Scene, scene } from '../testing/scene.ts'
import { failing, quick } from '../testing/tasks.ts'

const online: ProposedNotice = {
  ...{ type: 'worker.online', worker: 'w', host: 'h', pid: 1, isolation: 'process', limit: 1 },
  ...{ queues: ['default'], tasks: ['quick'], arithmetic: '1' },
}

async function take({ transport }: Scene, slot: number): Promise<Lease> {
  const holder = { worker: 'w', slot, pid: 1 }
  const lease = await transport.queue.reserve(['default'], { holder, signal: AbortSignal.timeout(5000) })
  if (lease === undefined) throw new Error('no job')
  return lease
}

/** Both jobs at once in a worker of one slot. */
async function overlap(its: Scene): Promise<readonly string[]> {
  await its.transport.log.note(online)
  const jobs = await its.client.enqueueMany(quick, [{ input: 1 }, { input: 2 }])
  const leases = [await take(its, 0), await take(its, 1)]
  for (const { job, settle } of leases.map((lease) => ({ job: lease.job, settle: lease.settle.bind(lease) })))
    await settle([{ type: 'job.succeeded', jobId: job.id, attempt: 1, result: 1, runMs: 1 }])
  return jobs.map(({ id }) => id)
}

test('a log of real work is proved, and nothing is written', async () => {
  await using its = await scene()
  const worker = createWorker({ transport: its.transport, handlers, isolation: 'inline', concurrency: 2 })
  await worker.start()
  const jobs = await its.client.enqueueMany(quick, [{ input: 1 }, { input: 2 }, { input: 3 }])
  const failed = await its.client.enqueue(failing, null)
  for (const job of jobs) await job.result()
  await failed.result().catch(() => {})
  const { exit, out } = await run(['audit', '--json'], its)
  expect(exit).toBe(0)
  const proof = JSON.parse(out)
  expect(proof).toMatchObject({
    ok: true,
    jobs: 4,
    succeeded: 3,
    failed: 1,
    lost: 0,
    limit: 2,
    violations: [],
  })
  const again = JSON.parse((await run(['audit', '--json'], its)).out)
  expect({ ...again, since: proof.since, until: proof.until }).toEqual(proof)
  await worker.stop()
})

test('an overlap is told with its witness, the same each time, and exit code 1', async () => {
  await using its = await scene()
  const jobs = await overlap(its)
  const folder = await mkdtemp(path.join(tmpdir(), 'hotline-audit-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const report = path.join(folder, 'audit.html')
  const { exit, out } = await run(['audit', '--since', '30m', '--report', report], its)
  expect(exit).toBe(1)
  const witness = (text: string) => text.split('\n').filter((line) => line.includes('limit  20'))
  expect(witness(out)).toHaveLength(1)
  for (const id of jobs) expect(witness(out)[0]).toContain(id)
  expect(out).toContain('The bound did not hold.')
  expect(out).toContain('The oldest event kept is of 20')
  expect(witness((await run(['audit', '--since', '20m'], its)).out)).toEqual(witness(out))
  expect(await readFile(report, 'utf8')).toContain('<h1 class="refuted">')
})

test('what happened before the time is no violation of it, and what ran then counts', async () => {
  await using its = await scene()
  await overlap(its)
  const [running] = await its.client.enqueueMany(quick, [{ input: 1 }])
  const lease = await take(its, 0)
  // The window begins behind all of that, by the clock of the backend.
  const begin = Date.now()
  while (Date.now() - begin < 5) await its.client.paused()
  const { exit, out } = await run(['audit', '--since', '1ms', '--json'], its)
  expect([exit, lease.job.id]).toEqual([0, running?.id])
  expect(JSON.parse(out)).toMatchObject({ ok: true, jobs: 1, runningAtStart: 1, peakRunning: 1, limit: 1 })
})

test('a log without events, and a time that is none', async () => {
  await using its = await scene()
  const { exit, out } = await run(['audit'], its)
  expect([exit, out.includes('The log has no events.')]).toEqual([0, true])
  expect(await run(['audit', '--since', 'yesterday'], its)).toMatchObject({ exit: 2, out: '' })
})
