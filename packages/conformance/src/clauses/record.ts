import assert from 'node:assert/strict'
import type { JobQuery, JobRecord } from '@hotline/core'
import type { Clause } from '../clause.ts'
import { foldOf, partOf } from '../fold.ts'
import { pass, waitFor } from '../patience.ts'
import { logged, lost, progress, released, retrying, succeeded } from '../proposal.ts'
import type { Scene } from '../scene.ts'
import { accepted } from '../scene.ts'

/** What a record says, who finds it, and for how long. */
export const recordClauses: readonly Clause[] = [
  { title: 'L6 whoever appends reads what he appended', prove: readYourOwn },
  { title: 'L8 the events of a job are numbered without holes, though many append at once', prove: noHoles },
  { title: 'L8 a record is the fold of its events', prove: recordIsFold },
  { title: 'L10 list finds by state, task, queue and tag, newest first', prove: listFinds },
  { title: 'L13 a finished job is forgotten after its retention, an unfinished one never', prove: forgets },
  { title: 'L14 times come from one clock, and never go back', prove: timeNeverGoesBack },
]

async function readYourOwn(scene: Scene): Promise<void> {
  const transport = await scene.open()
  const record = await scene.enqueue(transport)
  assert.equal((await scene.record(transport, record.id)).seq, 1)
  const lease = await scene.nextIs(transport, record)
  assert.deepEqual(await scene.record(transport, record.id), lease.job)
  for (let done = 0; done < 50; done++) {
    const appended = accepted(await transport.log.append([progress(lease.job, { done })]))
    assert.deepEqual(await scene.record(transport, record.id), appended)
    // A busy machine takes longer than a lease for all of it.
    await lease.extend()
  }
  const settled = accepted(await lease.settle([succeeded(lease.job, { area: 1 })]))
  assert.deepEqual(await scene.record(transport, record.id), settled)
  assert.deepEqual(await scene.list(transport, { state: 'succeeded' }), [settled])
}

async function noHoles(scene: Scene): Promise<void> {
  const writers = await Promise.all([scene.open(), scene.open(), scene.open()])
  const [worker] = writers
  const { job } = await scene.nextIs(worker, await scene.enqueue(worker))
  const appends = writers.flatMap(({ log }, writer) =>
    Array.from({ length: 20 }, (_, done) => log.append([progress(job, { writer, done })])),
  )
  for (const outcome of await Promise.all(appends)) accepted(outcome)
  const { seq } = await scene.record(worker, job.id)
  assert.equal(seq, 62)
  const history = await scene.history(worker, 'start', job.id)
  assert.deepEqual(
    history.ofJob().map((event) => event.seq),
    Array.from({ length: 62 }, (_, index) => index + 1),
  )
}

async function recordIsFold(scene: Scene): Promise<void> {
  const transport = await scene.open()
  const record = await scene.enqueue(transport)
  const first = await scene.nextIs(transport, record)
  await transport.log.append([progress(first.job, { done: 0.5 })])
  await first.settle([retrying(first.job, 0)])
  const second = await scene.nextIs(transport, record)
  await second.settle([lost(second.job, true)])
  const third = await scene.nextIs(transport, record)
  await third.settle([released(third.job)])
  const fourth = await scene.nextIs(transport, record)
  await transport.log.append([logged(fourth.job, 'a line')])
  await transport.log.append([progress(fourth.job, { done: 0.9 })])
  await fourth.settle([succeeded(fourth.job, { area: 7 })])
  const seen = await scene.record(transport, record.id)
  const history = await scene.history(transport, 'start', record.id)
  assert.deepEqual(partOf(seen), foldOf(history.ofJob()))
  assert.deepEqual(
    seen.attempts.map((attempt) => attempt.ended),
    ['failed', 'lost', 'released', 'succeeded'],
  )
}

async function listFinds(scene: Scene): Promise<void> {
  const [transport, other] = await Promise.all([scene.open(), scene.open()])
  const drafts = [
    { task: 'a', queue: 'numbers', tags: ['red'] },
    { task: 'b', queue: 'numbers', tags: ['red', 'blue'] },
    { task: 'a', queue: 'letters', tags: [] },
    { task: 'a', queue: 'numbers', tags: ['blue'], delayMs: 60_000 },
  ]
  const jobs: JobRecord[] = []
  for (const draft of drafts) {
    jobs.push(await scene.enqueue(transport, draft))
    // Newest first needs a newer one: by a clock of whole ms.
    await pass(3)
  }
  await scene.run(transport, ['letters'])
  const listed = async (query: JobQuery) => {
    const records = await scene.list(other, query)
    return records.map((record) => jobs.findIndex((job) => job.id === record.id))
  }
  assert.deepEqual(await listed({}), [3, 2, 1, 0])
  assert.deepEqual(await listed({ state: 'queued' }), [1, 0])
  assert.deepEqual(await listed({ state: 'scheduled' }), [3])
  assert.deepEqual(await listed({ state: 'succeeded' }), [2])
  assert.deepEqual(await listed({ state: 'running' }), [])
  assert.deepEqual(await listed({ task: 'a' }), [3, 2, 0])
  assert.deepEqual(await listed({ queue: 'numbers' }), [3, 1, 0])
  assert.deepEqual(await listed({ tag: 'red' }), [1, 0])
  assert.deepEqual(await listed({ tag: 'blue', task: 'a' }), [3])
  assert.deepEqual(await listed({ queue: 'numbers', tag: 'red', task: 'b', state: 'queued' }), [1])
  assert.deepEqual(await listed({ task: 'c' }), [])
}

async function forgets(scene: Scene): Promise<void> {
  const [transport, other] = await Promise.all([scene.open(), scene.open()])
  const limits = { retentionMs: 300 }
  const waiting = await scene.enqueue(transport, { limits, delayMs: 60_000 })
  const running = await scene.enqueue(transport, { limits, queue: 'letters' })
  const lease = await scene.nextIs(transport, running, ['letters'])
  const kept = await scene.enqueue(transport)
  await scene.run(transport)
  const brief = await scene.enqueue(transport, { limits, key: 'order-17' })
  await scene.run(transport)
  const since = performance.now()
  await waitFor('a finished job to be forgotten', scene.soonMs, async () => {
    await lease.extend()
    return (await other.log.get(brief.id)) === undefined
  })
  assert.ok(performance.now() - since >= 250, 'it was forgotten too early')
  const ids = (await scene.list(other)).map((record) => record.id)
  assert.deepEqual(new Set(ids), new Set([waiting.id, running.id, kept.id]))
  for (const { id } of [waiting, running, kept]) await scene.record(other, id)
  const fresh = await scene.enqueue(other, { key: 'order-17' })
  assert.notEqual(fresh.id, brief.id, 'a key is free again when its job is forgotten')
}

/** The clock of this process is set back by an hour for one call; a backend with a clock of its own does not notice. */
async function timeNeverGoesBack(scene: Scene): Promise<void> {
  const transport = await scene.open()
  const record = await scene.enqueue(transport, { delayMs: 1 })
  assert.equal(record.runAt, record.queuedAt + 1)
  const lease = await scene.nextIs(transport, record)
  await lease.extend()
  const before = accepted(await transport.log.append([progress(lease.job, 1)]))
  const honest = Date.now
  Date.now = () => honest() - 3_600_000
  try {
    const after = accepted(await transport.log.append([progress(lease.job, 2)]))
    assert.ok(after.updatedAt >= before.updatedAt, 'an event is older than the one before it')
  } finally {
    Date.now = honest
  }
  const end = accepted(await lease.settle([succeeded(lease.job)]))
  const [attempt] = end.attempts
  assert.ok(attempt?.endedAt !== undefined && end.finishedAt === attempt.endedAt)
  const times = [record.queuedAt, attempt.startedAt, before.updatedAt, attempt.endedAt]
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
    'queued, started, progressed, finished',
  )
}
