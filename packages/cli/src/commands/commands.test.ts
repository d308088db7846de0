import { createJobIdFactory, type JobHandle, type NewJob } from '@hotline/core'
import { createWorker } from '@hotline/worker'
import { expect, test } from 'vitest'
import { run, start } from '../testing/captured-io.ts'
import handlers from '../testing/handlers.ts'
import { type Scene, scene } from '../testing/scene.ts'
import { failing, lasting, quick } from '../testing/tasks.ts'

async function working({ transport }: Scene) {
  const worker = createWorker({ transport, handlers, isolation: 'inline', concurrency: 2 })
  await worker.start()
  return worker
}

/** A job of a chosen id, as a client would hand it to the transport. */
function draft(jobId: string): NewJob {
  const backoff = { initialMs: 0, factor: 1, maxMs: 0, jitter: 0 }
  const queued: NewJob['queued'] = {
    ...{ type: 'job.queued', attempt: 0, jobId, task: 'quick', queue: 'default', priority: 'normal' },
    ...{ delayMs: 0, tags: [], bytes: 1, digest: jobId },
    limits: { attempts: 1, crashLimit: 1, backoff, retentionMs: 60_000 },
  }
  return { queued, input: '1' }
}

function ended(job: JobHandle): Promise<unknown> {
  return job.result().catch((error: unknown) => error)
}

function lines(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

test('jobs lists what there is, newest first, filtered and limited', async () => {
  await using its = await scene()
  const first = await its.client.enqueue(quick, 1, { tags: ['a'] })
  const second = await its.client.enqueue(quick, 2, { queue: 'other', delay: '1h' })
  const { exit, out } = await run(['jobs'], its)
  expect(exit).toBe(0)
  expect(out.split('\n').map((line) => line.split(/ {2,}/).slice(0, 4))).toEqual([
    ['ID', 'STATE', 'TASK', 'QUEUE'],
    [second.id, 'scheduled', 'quick', 'other'],
    [first.id, 'queued', 'quick', 'default'],
    [''],
  ])
  for (const filter of [
    ['--tag', 'a'],
    ['--state', 'queued'],
    ['--queue', 'default'],
  ])
    expect(lines((await run(['jobs', '--json', ...filter], its)).out)).toMatchObject([{ id: first.id }])
  const limited = await run(['jobs', '--limit', '1'], its)
  expect([limited.out.includes(second.id), limited.out.includes(first.id)]).toEqual([true, false])
  expect(limited.err).toContain('There are more')
  expect((await run(['jobs', '--task', 'none'], its)).out).toBe('No jobs.\n')
})

test('show tells state, evidence, every attempt with its error and causes, and where it was enqueued', async () => {
  await using its = await scene()
  await using _worker = await working(its)
  const job = await its.client.enqueue(failing, null, { key: 'order-17', tags: ['tenant:7'] })
  await ended(job)
  const { exit, out } = await run(['show', job.id], its)
  expect(exit).toBe(0)
  const wanted = [
    new RegExp(`^${job.id}  failing  failed$`, 'm'),
    /evidence +memory, 3 events, seen .*, holds for ever, last held by \S+\/\d+ pid \d+/,
    /queue +default, priority normal, key order-17, tags tenant:7/,
    /^Attempt 1 {2}failed {2}HANDLER_ERROR$/m,
    /^ {2}TypeError: bad \\x1b\[31mnumber$/m,
    /^ {6}at .*handlers\.ts/m,
    /^Enqueued$/m,
    /commands\.test\.ts/,
  ]
  for (const pattern of wanted) expect(out).toMatch(pattern)
  expect(out).not.toContain('\u001b')
  const short = await run(['show', job.id.slice(-8), '--json'], its)
  expect(lines(short.out)).toMatchObject([
    { id: job.id, state: 'failed', record: { attempts: [{ code: 'HANDLER_ERROR' }] } },
  ])
})

test('show tells a job that never was from one that is forgotten, and fails', async () => {
  await using its = await scene()
  const unknown = createJobIdFactory()()
  const forgotten = createJobIdFactory({ now: () => Date.UTC(2020, 1, 1) })()
  for (const [id, word] of [
    [unknown, 'unknown'],
    [forgotten, 'forgotten'],
    ['nonsense', 'unknown'],
    ['00ff00ff', 'unknown'],
  ] as const) {
    const { exit, out, err } = await run(['show', id], its)
    expect([exit, out]).toEqual([1, ''])
    expect(err).toMatch(new RegExp(`^hotline: job "?${id}"? is ${word}`))
  }
  const json = await run(['show', forgotten, '--json'], its)
  expect([json.exit, lines(json.out)]).toMatchObject([1, [{ id: forgotten, state: 'forgotten' }]])
})

test('digits that several jobs end in are refused', async () => {
  await using its = await scene()
  const tail = 'abcdef012345'
  for (const middle of ['8000', '9000'])
    await its.transport.queue.enqueue([draft(`019a3c1e-7d40-7b11-${middle}-${tail}`)])
  const { exit, err } = await run(['show', 'ef012345'], its)
  expect(exit).toBe(2)
  expect(err).toMatch(/^hotline: 2 jobs end in "ef012345": .*\. Give the whole id of one\.\n$/)
  expect((await run(['show', '9000-abcdef012345'], its)).exit).toBe(1)
})

test('cancel prints the receipt in a sentence', async () => {
  await using its = await scene()
  const waiting = await its.client.enqueue(quick, 1)
  const cancelled = await run(['cancel', waiting.id, '--reason', 'wrong input'], its)
  expect(cancelled).toEqual({
    ...{ exit: 0, err: '' },
    out: `Job ${waiting.id} was cancelled before it started. Reason: wrong input. It is cancelled.\n`,
  })
  expect((await run(['cancel', waiting.id], its)).out).toContain(
    'had ended before; there was nothing to stop',
  )
  const json = await run(['cancel', waiting.id, '--json'], its)
  expect(lines(json.out)).toEqual([{ id: waiting.id, means: 'already-final', state: 'cancelled', tookMs: 0 }])
})

test('cancel stops a running job', async () => {
  await using its = await scene()
  await using _worker = await working(its)
  const job = await its.client.enqueue(lasting, 60_000)
  for await (const { type } of job.events()) if (type === 'job.logged') break
  const { exit, out } = await run(['cancel', job.id], its)
  expect(exit).toBe(0)
  expect(out).toMatch(
    /stopped by itself after .*: its handler heeded the abort signal \(worker .*\)\. It is cancelled\.\n$/,
  )
})

test('cancel fails when the proof does not come in time, and when there is no such job', async () => {
  await using its = await scene()
  const job = await its.client.enqueue(quick, 1)
  const holder = { worker: 'silent', slot: 0, pid: 1 }
  await its.transport.queue.reserve(['default'], { holder, signal: new AbortController().signal })
  const late = await run(['cancel', job.id, '--timeout', '50ms'], its)
  expect([late.exit, late.out]).toEqual([1, ''])
  expect(late.err).toMatch(/^hotline: Job .* did not confirm that it stopped within \d+ ms/)
  const absent = await run(['cancel', createJobIdFactory()()], its)
  expect([absent.exit, absent.err.includes('is unknown')]).toEqual([1, true])
})

test('SIGINT ends a command that waits, with 130 and without complaint', async () => {
  await using its = await scene()
  const job = await its.client.enqueue(quick, 1)
  const holder = { worker: 'silent', slot: 0, pid: 1 }
  await its.transport.queue.reserve(['default'], { holder, signal: new AbortController().signal })
  const cancel = start(['cancel', job.id], its)
  for await (const { type } of job.events()) if (type === 'job.cancelling') break
  cancel.stop()
  expect([await cancel.exit, cancel.out, cancel.err]).toEqual([130, '', ''])
})

test('pause keeps jobs from starting, workers tells so, and resume lets them', async () => {
  await using its = await scene()
  expect((await run(['workers'], its)).out).toBe('No workers.\n')
  await using worker = await working(its)
  expect((await run(['pause', 'default'], its)).out).toMatch(/^Queue default is paused/)
  const job = await its.client.enqueue(lasting, 60_000)
  const idle = await run(['workers'], its)
  expect(idle.out).toContain(`${worker.id}  running 0 of 2, held 0`)
  expect(idle.out).toContain('Paused: default')
  expect(lines((await run(['resume', 'default', '--json'], its)).out)).toEqual([
    { queue: 'default', paused: false },
  ])
  for await (const { type } of job.events()) if (type === 'job.logged') break
  const [presence] = lines((await run(['workers', '--json'], its)).out)
  expect(presence).toMatchObject({ worker: worker.id, limit: 2, slots: expect.any(Array) })
  await job.cancel()
})
