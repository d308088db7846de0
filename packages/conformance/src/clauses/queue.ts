import assert from 'node:assert/strict'
import type { JobRecord, Lease, Priority } from '@hotline/core'
import type { Clause } from '../clause.ts'
import { jobOf } from '../job-draft.ts'
import { pass, within } from '../patience.ts'
import { cancelled, released, retrying, succeeded } from '../proposal.ts'
import type { Scene } from '../scene.ts'
import { accepted, granted, holder, refused } from '../scene.ts'

/** Who gets which job, when, and how often. */
export const queueClauses: readonly Clause[] = [
  { title: 'Q1 an enqueued job outlives the connection of its producer', prove: outlivesItsProducer },
  { title: 'Q2 one ticket has one holder, out of twenty that ask at once', prove: oneHolder },
  {
    title: 'Q3 nothing is held between reserves: the third of three jobs is for whoever asks',
    prove: holdsNothing,
  },
  { title: 'Q4 an abort during delivery loses no ticket', prove: abortLosesNothing },
  { title: 'Q5 a delay is honoured, and holds up nobody else', prove: delayIsHonoured },
  { title: 'Q5 the delay of a retry is honoured', prove: retryDelayIsHonoured },
  { title: 'Q9 the same id again is the same job, a hundred times at once', prove: sameIdSameJob },
  { title: 'Q9 the same key again is the same job, a hundred times at once', prove: sameKeySameJob },
  {
    title: 'Q10 high comes before normal before low, and the oldest first, across queues',
    prove: strictOrder,
  },
  { title: 'Q11 a paused queue starts nothing, and what runs goes on', prove: pausedStartsNothing },
  { title: 'Q11 resume wakes a reserve that waits', prove: resumeWakes },
  {
    title: 'Q13 a reserve that waits is woken by enqueue, and does not wait for a poll',
    prove: enqueueWakes,
  },
  { title: 'Q14 one reserve watches several queues, and no other', prove: severalQueues },
  { title: 'Q15 a released job is there at once, and it cost nothing', prove: releaseCostsNothing },
  { title: 'Q17 a job that is cancelled before its start is never delivered', prove: cancelledIsGone },
]

async function outlivesItsProducer(scene: Scene): Promise<void> {
  const producer = await scene.open()
  const record = await scene.enqueue(producer)
  await scene.sever(producer)
  await scene.nextIs(await scene.open(), record)
}

async function oneHolder(scene: Scene): Promise<void> {
  const transports = await Promise.all([scene.open(), scene.open(), scene.open(), scene.open()])
  const [producer] = transports
  const waiting = transports.flatMap((transport) => Array.from({ length: 5 }, () => scene.reserve(transport)))
  const record = await scene.enqueue(producer)
  await within('the first job', scene.soonMs, Promise.any(waiting))
  // Nineteen more for the nineteen that still wait: had the first job two holders, one of these would have none.
  for (let count = 1; count < waiting.length; count++) await scene.enqueue(producer)
  const leases = (await within('twenty leases', scene.soonMs, Promise.all(waiting))).map(granted)
  const ids = leases.map((lease) => lease.job.id)
  assert.equal(new Set(ids).size, waiting.length, 'a job was delivered twice')
  assert.ok(ids.includes(record.id))
  assert.deepEqual(
    leases.map((lease) => lease.job.attempt),
    ids.map(() => 1),
  )
}

async function holdsNothing(scene: Scene): Promise<void> {
  const [first, second, idle, third] = await Promise.all([
    scene.open(),
    scene.open(),
    scene.open(),
    scene.open(),
  ])
  const stop = new AbortController()
  const gaveUp = idle.queue.reserve(['numbers'], { holder: holder('idle'), signal: stop.signal })
  stop.abort()
  assert.equal(await within('an aborted reserve', scene.soonMs, gaveUp), undefined)
  const jobs = [await scene.enqueue(first), await scene.enqueue(first), await scene.enqueue(first)]
  const taken = [await scene.take(first), await scene.take(second), await scene.take(third)]
  assert.deepEqual(
    taken.map((lease) => lease.job.id),
    jobs.map((job) => job.id),
  )
}

/** The abort races the delivery: now it comes first, now it comes last, and often in the middle. */
async function abortLosesNothing(scene: Scene): Promise<void> {
  const [producer, worker] = await Promise.all([scene.open(), scene.open()])
  const ids = new Set<string>()
  for (let round = 0; round < 100; round++) {
    const stop = new AbortController()
    const reserved = worker.queue.reserve(['numbers'], { holder: holder('w1'), signal: stop.signal })
    const abort = pass(round % 10).then(() => stop.abort())
    await pass((round * 7) % 5)
    ids.add((await scene.enqueue(producer)).id)
    await abort
    const lease = await within('an aborted reserve', scene.soonMs, reserved)
    if (lease !== undefined) ids.delete(accepted(await lease.settle([succeeded(lease.job)])).id)
  }
  while (ids.size > 0) ids.delete((await scene.run(worker)).id)
  const history = await scene.history(worker)
  assert.deepEqual(history.ofType('job.lost'), [], 'a ticket came back only because its lease lapsed')
}

async function delayIsHonoured(scene: Scene): Promise<void> {
  const transport = await scene.open()
  const later = await scene.enqueue(transport, { delayMs: 60_000 })
  // Long enough for the enqueue and the reserve that come before its time.
  const delayMs = Math.max(400, scene.limits.leaseMs / 2)
  const since = performance.now()
  const soon = await scene.enqueue(transport, { delayMs })
  assert.deepEqual([later.state, soon.state], ['scheduled', 'scheduled'])
  assert.equal(soon.runAt - soon.queuedAt, delayMs)
  await scene.nextIs(transport, await scene.enqueue(transport))
  const lease = await scene.nextIs(transport, soon)
  assert.ok(startedAt(lease) >= soon.runAt, `started ${soon.runAt - startedAt(lease)} ms before its time`)
  assert.ok(performance.now() - since >= delayMs - 50, 'by the clock of this process it came too early')
}

async function retryDelayIsHonoured(scene: Scene): Promise<void> {
  const transport = await scene.open()
  const record = await scene.enqueue(transport)
  const first = await scene.take(transport)
  const waiting = accepted(await first.settle([retrying(first.job, Math.max(300, scene.limits.leaseMs / 2))]))
  assert.deepEqual([waiting.state, waiting.failures], ['retrying', 1])
  await scene.nextIs(transport, await scene.enqueue(transport))
  const second = await scene.nextIs(transport, record)
  assert.equal(second.job.attempt, 2)
  assert.ok(startedAt(second) >= waiting.runAt, 'the retry started before its time')
}

async function sameIdSameJob(scene: Scene): Promise<void> {
  const transports = await Promise.all([scene.open(), scene.open(), scene.open(), scene.open()])
  const job = jobOf({}, scene.limits)
  const calls = Array.from({ length: 25 }, () => transports.map(({ queue }) => queue.enqueue([job]))).flat()
  const outcomes = (await Promise.all(calls)).flat()
  assert.equal(outcomes.length, 100)
  assert.equal(outcomes.filter((outcome) => outcome.created).length, 1, 'one call of a hundred makes the job')
  assert.deepEqual(new Set(outcomes.map((outcome) => outcome.record.id)), new Set([job.queued.jobId]))
  const twin = jobOf({}, scene.limits)
  const [one, two] = await transports[0].queue.enqueue([twin, twin])
  assert.deepEqual([one?.created, two?.created], [true, false], 'the same id twice in one call')
  const last = await scene.enqueue(transports[1])
  const delivered = [
    await scene.run(transports[2]),
    await scene.run(transports[2]),
    await scene.run(transports[2]),
  ]
  assert.deepEqual(
    delivered.map((record) => record.id),
    [job.queued.jobId, twin.queued.jobId, last.id],
  )
}

async function sameKeySameJob(scene: Scene): Promise<void> {
  const transports = await Promise.all([scene.open(), scene.open(), scene.open(), scene.open()])
  const [first] = transports
  const job = () => jobOf({ key: 'order-17' }, scene.limits)
  const calls = Array.from({ length: 25 }, () => transports.map(({ queue }) => queue.enqueue([job()]))).flat()
  const outcomes = (await Promise.all(calls)).flat()
  assert.equal(outcomes.filter((outcome) => outcome.created).length, 1, 'one call of a hundred makes the job')
  const [id, ...others] = new Set(outcomes.map((outcome) => outcome.record.id))
  assert.deepEqual(others, [], 'one key led to several jobs')
  const other = await scene.enqueue(first, { key: 'order-17', task: 'differentiate' })
  const delivered = [await scene.run(first), await scene.run(first)]
  assert.deepEqual(
    delivered.map((record) => record.id),
    [id, other.id],
  )
  const [again] = await first.queue.enqueue([job()])
  assert.deepEqual([again?.created, again?.record.state], [false, 'succeeded'])
}

async function strictOrder(scene: Scene): Promise<void> {
  const [producer, worker] = await Promise.all([scene.open(), scene.open()])
  const arrivals: readonly [Priority, string][] = [
    ['low', 'letters'],
    ['normal', 'numbers'],
    ['high', 'letters'],
    ['normal', 'letters'],
    ['low', 'numbers'],
    ['high', 'numbers'],
    ['normal', 'numbers'],
    ['high', 'letters'],
  ]
  const jobs: JobRecord[] = []
  for (const [priority, queue] of arrivals) jobs.push(await scene.enqueue(producer, { priority, queue }))
  const delivered: string[] = []
  for (const _ of arrivals) delivered.push((await scene.run(worker, ['numbers', 'letters'])).id)
  const expected = ['high', 'normal', 'low'].flatMap((level) => jobs.filter((job) => job.priority === level))
  assert.deepEqual(
    delivered.map((id) => jobs.findIndex((job) => job.id === id)),
    expected.map((job) => jobs.indexOf(job)),
  )
}

async function pausedStartsNothing(scene: Scene): Promise<void> {
  const [worker, other] = await Promise.all([scene.open(), scene.open()])
  const running = await scene.enqueue(worker)
  const lease = await scene.nextIs(worker, running)
  await other.queue.pause('numbers')
  await worker.queue.pause('numbers')
  assert.deepEqual(await worker.queue.paused(), ['numbers'])
  await scene.enqueue(worker, { priority: 'high' })
  const elsewhere = await scene.enqueue(worker, { queue: 'letters', priority: 'low' })
  await scene.nextIs(worker, elsewhere, ['numbers', 'letters'])
  assert.equal((await lease.extend()).state, 'running')
  assert.equal(accepted(await lease.settle([succeeded(lease.job)])).state, 'succeeded')
  const history = await scene.history(other)
  assert.equal(history.ofType('queue.paused').length, 1, 'pausing a paused queue says nothing')
}

async function resumeWakes(scene: Scene): Promise<void> {
  const [worker, other] = await Promise.all([scene.open(), scene.open()])
  await other.queue.pause('numbers')
  const record = await scene.enqueue(other)
  const waiting = scene.reserve(worker)
  await other.queue.resume('numbers')
  await worker.queue.resume('numbers')
  const lease = granted(await within('the job of a resumed queue', scene.soonMs, waiting))
  assert.equal(lease.job.id, record.id)
  assert.deepEqual(await worker.queue.paused(), [])
  const history = await scene.history(other)
  assert.equal(history.ofType('queue.resumed').length, 1, 'resuming a queue that runs says nothing')
}

/** Twenty rounds in the time that a poll of each second would take for ten. */
async function enqueueWakes(scene: Scene): Promise<void> {
  const [producer, worker] = await Promise.all([scene.open(), scene.open()])
  const rounds = async () => {
    for (let round = 0; round < 20; round++) {
      const waiting = scene.reserve(worker)
      await pass(round % 5)
      await scene.enqueue(producer)
      const lease = granted(await waiting)
      accepted(await lease.settle([succeeded(lease.job)]))
    }
  }
  await within('twenty jobs, each enqueued while a reserve waits', scene.soonMs, rounds())
}

async function severalQueues(scene: Scene): Promise<void> {
  const [producer, worker] = await Promise.all([scene.open(), scene.open()])
  await scene.enqueue(producer, { queue: 'elsewhere', priority: 'high' })
  for (const queue of ['a', 'b', 'c', 'a']) {
    const waiting = scene.take(worker, ['a', 'b', 'c'])
    const record = await scene.enqueue(producer, { queue })
    assert.equal((await waiting).job.id, record.id)
  }
}

async function releaseCostsNothing(scene: Scene): Promise<void> {
  const [worker, other] = await Promise.all([scene.open(), scene.open()])
  const record = await scene.enqueue(worker)
  const first = await scene.nextIs(worker, record)
  const back = accepted(await first.settle([released(first.job)]))
  assert.deepEqual([back.state, back.failures, back.crashes], ['queued', 0, 0])
  const second = await scene.nextIs(other, record)
  assert.deepEqual([second.job.attempt, second.job.failures, second.job.crashes], [2, 0, 0])
  const later = accepted(await second.settle([released(second.job, 300)]))
  assert.equal(later.state, 'scheduled')
  const third = await scene.nextIs(worker, record)
  assert.ok(startedAt(third) >= later.runAt, 'the released job started before its time')
}

async function cancelledIsGone(scene: Scene): Promise<void> {
  const transport = await scene.open()
  const retried = await scene.enqueue(transport)
  const first = await scene.nextIs(transport, retried)
  const retrial = accepted(await first.settle([retrying(first.job, 100)]))
  const waiting = [await scene.enqueue(transport), await scene.enqueue(transport, { delayMs: 100 }), retrial]
  for (const record of waiting) {
    assert.equal(accepted(await transport.log.append([cancelled(record)])).state, 'cancelled')
    refused(await transport.log.append([cancelled(record)]), 'final')
  }
  await scene.nextIs(transport, await scene.enqueue(transport, { delayMs: 200 }))
  await scene.nextIs(transport, await scene.enqueue(transport, { priority: 'low' }))
  const history = await scene.history(transport)
  assert.equal(history.ofType('job.cancelled').length, 3)
}

function startedAt(lease: Lease): number {
  const attempt = lease.job.attempts.at(-1)
  assert.ok(attempt, 'a started job has an attempt')
  return attempt.startedAt
}
