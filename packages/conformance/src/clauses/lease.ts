import assert from 'node:assert/strict'
import type { JobRecord, Lease } from '@hotline/core'
import type { Clause } from '../clause.ts'
import { pass, waitFor, within } from '../patience.ts'
import { cancelling, lost, released, retrying, succeeded } from '../proposal.ts'
import type { Scene } from '../scene.ts'
import { accepted, granted, refused } from '../scene.ts'

/** What a lease keeps, and what becomes of the job when it is gone. */
export const leaseClauses: readonly Clause[] = [
  {
    title: 'Q6 a holder that closes with its job in hand is replaced within 2 x leaseMs',
    prove: closedIsReplaced,
  },
  { title: 'Q7 a stalled holder is replaced, and its late result fenced, once', prove: stalledIsReplaced },
  { title: 'Q7 a holder whose job has ended elsewhere is fenced as well', prove: lateAfterTheEnd },
  { title: 'Q8 extend keeps others out for 5 x leaseMs', prove: extendKeepsOut },
  { title: 'Q12 a job that nobody starts in time expires, though nobody reserves', prove: expiresUnattended },
  {
    title: 'Q12 a job whose time is up is not started, though no sweep has seen it yet',
    prove: lateIsNotStarted,
  },
  { title: 'Q12 a job that was started in time does not expire', prove: startedNeverExpires },
  {
    title: 'Q16 a job that keeps losing its lease ends as poisoned, though nobody reserves',
    prove: poisonEnds,
  },
  { title: 'Q18 a job that somebody asked to stop is not run again', prove: stopIsNotRetried },
]

async function closedIsReplaced(scene: Scene): Promise<void> {
  const [doomed, heir] = await Promise.all([scene.open(), scene.open()])
  const reader = await scene.read(heir)
  const record = await scene.enqueue(heir)
  await scene.nextIs(doomed, record)
  await within('close() with a lease held', scene.soonMs, doomed.close())
  await replacedBy(scene, await scene.take(heir), record)
  const event = await reader.untilType('job.lost', record.id)
  assert.deepEqual([event.reason, event.attempt, event.requeued], ['lease', 1, true])
}

async function stalledIsReplaced(scene: Scene): Promise<void> {
  const [stalled, heir] = await Promise.all([scene.open(), scene.open()])
  const reader = await scene.read(heir)
  const record = await scene.enqueue(heir)
  const old = await scene.nextIs(stalled, record)
  const fresh = await scene.take(heir)
  await replacedBy(scene, fresh, record)
  refused(await old.settle([succeeded(old.job, 'A')]), 'fenced')
  await assert.rejects(old.extend(), { code: 'LEASE_LOST' })
  await waitFor('lost to abort', scene.soonMs, () => old.lost.aborted)
  assert.equal(codeOf(old.lost.reason), 'LEASE_LOST')
  refused(await old.settle([retrying(old.job, 0)]), 'fenced')
  assert.equal(fresh.lost.aborted, false)
  assert.equal((await fresh.extend()).attempt, 2)
  const end = accepted(await fresh.settle([succeeded(fresh.job, 'B')]))
  assert.equal(end.result, 'B')
  refused(await old.settle([succeeded(old.job, 'A')]), 'final')
  assert.equal((await scene.record(stalled, record.id)).result, 'B')
  await reader.untilType('job.succeeded', record.id)
  const fences = (await scene.history(heir)).ofType('attempt.fenced')
  assert.deepEqual(
    fences.map(({ attempt, refused }) => [attempt, refused]),
    [[1, 'job.succeeded']],
  )
}

async function lateAfterTheEnd(scene: Scene): Promise<void> {
  const [stalled, heir] = await Promise.all([scene.open(), scene.open()])
  const record = await scene.enqueue(heir)
  const old = await scene.nextIs(stalled, record)
  const fresh = await scene.take(heir)
  accepted(await fresh.settle([succeeded(fresh.job, 'B')]))
  const late = await old.settle([succeeded(old.job, 'A')])
  assert.equal(late.accepted, false)
  await assert.rejects(old.extend(), { code: 'LEASE_LOST' })
  const { state, result, attempts } = await scene.record(stalled, record.id)
  assert.deepEqual([state, result], ['succeeded', 'B'])
  assert.deepEqual(
    attempts.map((attempt) => attempt.fenced === true),
    [true, false],
  )
}

/** The rival waits all the time; that it gets the next job instead shows that it never got this one. */
async function extendKeepsOut(scene: Scene): Promise<void> {
  const { leaseMs } = scene.limits
  const [worker, other] = await Promise.all([scene.open(), scene.open()])
  const record = await scene.enqueue(worker)
  const lease = await scene.nextIs(worker, record)
  const rival = scene.reserve(other)
  const until = performance.now() + 5 * leaseMs
  while (performance.now() < until) {
    await pass(leaseMs / 4)
    assert.equal((await lease.extend()).attempt, 1)
    const { leaseUntil, observedAt } = await scene.sighting(other, record.id)
    assert.ok(
      leaseUntil !== undefined && leaseUntil > observedAt,
      'a sighting tells until when the holder is trusted',
    )
  }
  assert.equal(lease.lost.aborted, false)
  accepted(await lease.settle([succeeded(lease.job)]))
  const next = await scene.enqueue(worker)
  assert.equal(granted(await within('the next job', scene.soonMs, rival)).job.id, next.id)
}

async function expiresUnattended(scene: Scene): Promise<void> {
  const transport = await scene.open()
  const reader = await scene.read(transport)
  const record = await scene.enqueue(transport, { expiresInMs: 200 })
  const delayed = await scene.enqueue(transport, { expiresInMs: 200, delayMs: 400 })
  const event = await reader.untilType('job.expired', record.id)
  await reader.untilType('job.expired', delayed.id)
  assert.equal(event.expiresAt, record.queuedAt + 200)
  assert.ok(event.at >= event.expiresAt, 'it expired before its time')
  assert.equal((await scene.record(transport, record.id)).state, 'expired')
  await scene.nextIs(transport, await scene.enqueue(transport, { delayMs: 300, priority: 'low' }))
  assert.equal(reader.ofType('job.expired').length, 2)
}

/** This process stands still meanwhile, and its timers with it: the next thing that happens is the reservation. */
async function lateIsNotStarted(scene: Scene): Promise<void> {
  const transport = await scene.open()
  const last = await scene.enqueue(transport, { priority: 'low' })
  const late = await scene.enqueue(transport, { priority: 'high', expiresInMs: 100 })
  const until = performance.now() + 150
  while (performance.now() < until);
  await scene.nextIs(transport, last)
  const reader = await scene.read(transport)
  await reader.untilType('job.expired', late.id)
}

async function startedNeverExpires(scene: Scene): Promise<void> {
  const transport = await scene.open()
  const expiresInMs = scene.limits.leaseMs + 500
  const record = await scene.enqueue(transport, { expiresInMs })
  const first = await scene.nextIs(transport, record)
  await waitFor('the time when it would have expired', expiresInMs + scene.soonMs, async () => {
    await first.extend()
    return (await scene.sighting(transport, record.id)).observedAt > record.queuedAt + expiresInMs
  })
  accepted(await first.settle([released(first.job)]))
  const second = await scene.nextIs(transport, record)
  assert.equal(accepted(await second.settle([succeeded(second.job)])).state, 'succeeded')
}

async function poisonEnds(scene: Scene): Promise<void> {
  const [transport, watcher] = await Promise.all([scene.open(), scene.open()])
  const reader = await scene.read(watcher)
  const record = await scene.enqueue(transport, { limits: { crashLimit: 2 } })
  await scene.nextIs(transport, record)
  assert.equal((await scene.nextIs(transport, record)).job.crashes, 1)
  const end = await reader.untilType('job.failed', record.id)
  assert.equal(end.code, 'JOB_POISONED')
  const types = reader.ofJob(record.id).map((event) => event.type)
  assert.deepEqual(types, ['job.queued', 'job.started', 'job.lost', 'job.started', 'job.lost', 'job.failed'])
  const { state, crashes, attempts } = await scene.record(transport, record.id)
  assert.deepEqual(
    [state, crashes, attempts.map((attempt) => attempt.ended)],
    ['failed', 2, ['lost', 'lost']],
  )
  await scene.nextIs(transport, await scene.enqueue(transport, { priority: 'low' }))
}

async function stopIsNotRetried(scene: Scene): Promise<void> {
  const transport = await scene.open()
  const reader = await scene.read(transport)
  const [refusing, lapsing] = [await scene.enqueue(transport), await scene.enqueue(transport)]
  const lease = await scene.nextIs(transport, refusing)
  await scene.nextIs(transport, lapsing)
  for (const record of [refusing, lapsing])
    await transport.log.append([cancelling({ ...record, attempt: 1 })])
  refused(await lease.settle([retrying(lease.job, 0)]), 'cancelling')
  refused(await lease.settle([lost(lease.job, true)]), 'cancelling')
  assert.equal((await lease.extend()).cancel?.reason, 'user left', 'the lease is still held')
  await endsCancelled(lease)
  // The other holder never says a word: its lease lapses, and the job is over.
  const { receipt } = await reader.untilType('job.cancelled', lapsing.id)
  assert.equal(receipt.means, 'process-died')
  await scene.nextIs(transport, await scene.enqueue(transport, { priority: 'low' }))
}

async function endsCancelled(lease: Lease): Promise<void> {
  const receipt = { means: 'handler', tookMs: 1 } as const
  const { id: jobId, attempt } = lease.job
  const end = accepted(await lease.settle([{ type: 'job.cancelled', jobId, attempt, receipt }]))
  assert.equal(end.state, 'cancelled')
}

async function replacedBy(scene: Scene, lease: Lease, record: JobRecord): Promise<void> {
  assert.equal(lease.job.id, record.id)
  assert.deepEqual([lease.job.attempt, lease.job.crashes, lease.job.failures], [2, 1, 0])
  assert.equal(lease.job.attempts[0]?.ended, 'lost')
  assert.equal((await scene.record(await scene.open(), record.id)).attempt, 2)
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error
}
