import assert from 'node:assert/strict'
import type { ControlMessage, Lease, Transport } from '@hotline/core'
import type { Clause } from '../clause.ts'
import { jobOf } from '../job-draft.ts'
import { pass, waitFor } from '../patience.ts'
import { cancelling, progress, succeeded } from '../proposal.ts'
import type { Scene } from '../scene.ts'
import { accepted } from '../scene.ts'

/** What a network does to a connection: it ends, it falls silent, it loses the reply to what was done. */
export const faultClauses: readonly Clause[] = [
  { title: 'F1 an enqueue whose reply is lost stores the job once', prove: enqueueOnce },
  { title: 'F2 an append whose reply is lost is in the log once, when it resolves', prove: appendOnce },
  { title: 'F3 a settlement whose reply is lost ends the job once', prove: settleOnce },
  { title: 'F4 a reserve whose reply is lost, loses no job', prove: reserveLosesNothing },
  { title: 'F5 a reserve that waits outlives a cut', prove: reserveOutlivesCut },
  { title: 'F6 connections that are cut in the middle of deliveries lose no job', prove: cutsLoseNothing },
  { title: 'F7 a cut shorter than a lease costs nothing: the same attempt goes on', prove: blipIsNoDeath },
  {
    title: 'F8 a connection that fell silent swallows no job, and works again when it heals',
    prove: silenceSwallowsNothing,
  },
  { title: 'F9 a reader outlives cuts: no gap, no repeat', prove: readerOutlivesCuts },
  { title: 'F10 a listener hears again after a cut', prove: listenerOutlivesCut },
  {
    title: 'F11 a cancel sent while its worker is cut off reaches it within one lease',
    prove: cancelReachesCutOff,
  },
]

async function enqueueOnce(scene: Scene): Promise<void> {
  const [producer, worker] = await Promise.all([scene.open(), scene.open()])
  const ids: string[] = []
  for (let round = 0; round < 20; round++) {
    const job = jobOf({}, scene.limits)
    ids.push(job.queued.jobId)
    scene.proxyOf(producer).swallowReplies({ times: 1 })
    await persist(scene, 'enqueue', () => producer.queue.enqueue([job]))
  }
  scene.proxyOf(producer).heal()
  const delivered: string[] = []
  for (const _ of ids) delivered.push((await scene.run(worker)).id)
  assert.deepEqual(delivered.toSorted(), ids.toSorted())
  await scene.nextIs(worker, await scene.enqueue(worker, { priority: 'low' }))
}

async function appendOnce(scene: Scene): Promise<void> {
  const [shaken, steady] = await Promise.all([scene.open(), scene.open()])
  const lease = await scene.nextIs(steady, await scene.enqueue(steady))
  const resolved: number[] = []
  for (let round = 0; round < 20; round++) {
    scene.proxyOf(shaken).swallowReplies({ times: 1 })
    const isResolved = await resolves(scene, shaken.log.append([progress(lease.job, round)]))
    if (isResolved) resolved.push(round)
    await lease.extend()
  }
  scene.proxyOf(shaken).heal()
  const seen = (await scene.history(steady)).ofType('job.progress').map((event) => event.progress)
  assert.equal(new Set(seen).size, seen.length, 'an event was appended twice')
  assert.deepEqual(
    resolved.filter((round) => !seen.includes(round)),
    [],
    'an append resolved, and is not in the log',
  )
}

async function settleOnce(scene: Scene): Promise<void> {
  const [worker, steady] = await Promise.all([scene.open(), scene.open()])
  for (let round = 0; round < 10; round++) {
    const record = await scene.enqueue(steady)
    const lease = await scene.nextIs(worker, record)
    scene.proxyOf(worker).swallowReplies({ times: 1 })
    const outcome = await resolves(scene, lease.settle([succeeded(lease.job, round)]))
    scene.proxyOf(worker).heal()
    if (outcome) assert.equal((await scene.record(steady, record.id)).state, 'succeeded')
    await finish(scene, steady, record.id)
    const history = await scene.history(steady, 'start', record.id)
    assert.equal(history.ofType('job.succeeded').length, 1)
    if (outcome)
      assert.equal(history.ofType('attempt.fenced').length, 0, 'a repeat of its own was taken for a stranger')
  }
}

async function reserveLosesNothing(scene: Scene): Promise<void> {
  const [worker, steady] = await Promise.all([scene.open(), scene.open()])
  for (let round = 0; round < 3; round++) {
    const record = await scene.enqueue(steady)
    const stop = new AbortController()
    scene.proxyOf(worker).swallowReplies({ times: 1 })
    const holder = { worker: 'w1', slot: 0, pid: process.pid }
    const reserved = worker.queue.reserve(['numbers'], { holder, signal: stop.signal })
    await scene.settles('a reserve whose reply was lost', reserved, stop)
    scene.proxyOf(worker).heal()
    await finish(scene, steady, record.id)
  }
}

async function reserveOutlivesCut(scene: Scene): Promise<void> {
  const [worker, steady] = await Promise.all([scene.open(), scene.open()])
  for (let round = 0; round < 5; round++) {
    const waiting = scene.reserve(worker)
    await pass(20)
    scene.proxyOf(worker).cut()
    const record = await scene.enqueue(steady)
    const lease = await scene.ends('the job, over a new connection', waiting)
    assert.equal(lease?.job.id, record.id)
    if (lease !== undefined) accepted(await lease.settle([succeeded(lease.job)]))
  }
}

async function cutsLoseNothing(scene: Scene): Promise<void> {
  const [worker, steady] = await Promise.all([scene.open(), scene.open()])
  for (let round = 0; round < 30; round++) {
    const stop = new AbortController()
    const holder = { worker: 'w1', slot: 0, pid: process.pid }
    const reserved = worker.queue.reserve(['numbers'], { holder, signal: stop.signal })
    const { id } = await scene.enqueue(steady)
    await pass(round % 6)
    scene.proxyOf(worker).cut()
    const lease = await scene.settles('a reserve that was cut', reserved, stop)
    if (lease !== undefined) await resolves(scene, lease.settle([succeeded(lease.job)]))
    await finish(scene, steady, id)
  }
}

async function blipIsNoDeath(scene: Scene): Promise<void> {
  const [worker, steady] = await Promise.all([scene.open(), scene.open()])
  const record = await scene.enqueue(steady)
  const lease = await scene.nextIs(worker, record)
  const until = performance.now() + 3 * scene.limits.leaseMs
  while (performance.now() < until) {
    scene.proxyOf(worker).cut()
    const renewed = await persist(scene, 'extend', () => lease.extend())
    assert.equal(renewed.attempt, 1)
    await pass(scene.limits.leaseMs / 4)
  }
  assert.equal(lease.lost.aborted, false)
  await persist(scene, 'settle', () => lease.settle([succeeded(lease.job)]))
  const history = await scene.history(steady, 'start', record.id)
  assert.deepEqual(
    history.ofJob().map((event) => event.type),
    ['job.queued', 'job.started', 'job.succeeded'],
  )
}

async function silenceSwallowsNothing(scene: Scene): Promise<void> {
  const [worker, steady] = await Promise.all([scene.open(), scene.open()])
  const stop = new AbortController()
  const holder = { worker: 'w1', slot: 0, pid: process.pid }
  const reserved = worker.queue.reserve(['numbers'], { holder, signal: stop.signal })
  await pass(20)
  scene.proxyOf(worker).stall()
  const record = await scene.enqueue(steady)
  await finish(scene, steady, record.id)
  const asked = resolves(scene, worker.log.get(record.id))
  scene.proxyOf(worker).heal()
  await scene.ends('a call that was made in the silence', asked)
  const lease = await scene.settles('a reserve that lived through the silence', reserved, stop)
  if (lease !== undefined) await resolves(scene, lease.settle([succeeded(lease.job)]))
  const next = await scene.enqueue(steady, { priority: 'high' })
  await scene.nextIs(worker, next)
}

async function readerOutlivesCuts(scene: Scene): Promise<void> {
  const [watcher, steady] = await Promise.all([scene.open(), scene.open()])
  const reader = await scene.read(watcher)
  for (let round = 0; round < 15; round++) {
    const { job } = await scene.nextIs(steady, await scene.enqueue(steady))
    scene.proxyOf(watcher).cut()
    accepted(await steady.log.append([progress(job, round)]))
    await pass(round)
    accepted(await steady.log.append([succeeded(job)]))
  }
  const history = await scene.history(steady)
  const last = history.cursors.at(-1)
  await reader.until('everything', () => reader.cursors.at(-1) === last)
  assert.deepEqual(reader.events, history.events)
}

async function listenerOutlivesCut(scene: Scene): Promise<void> {
  const [hearer, steady] = await Promise.all([scene.open(), scene.open()])
  const heard: ControlMessage[] = []
  await hearer.control.listen((message) => heard.push(message))
  for (let round = 0; round < 3; round++) {
    scene.proxyOf(hearer).cut()
    const worker = `w${round}`
    await waitFor('a message over a new connection', scene.soonMs, async () => {
      await steady.control.broadcast({ type: 'drain', worker })
      await pass(20)
      return heard.some((message) => message.type === 'drain' && message.worker === worker)
    })
  }
}

async function cancelReachesCutOff(scene: Scene): Promise<void> {
  const [worker, client] = await Promise.all([scene.open(), scene.open()])
  const record = await scene.enqueue(client)
  const lease = await scene.nextIs(worker, record)
  await worker.control.listen(() => {})
  const since = performance.now()
  scene.proxyOf(worker).cut()
  accepted(await client.log.append([cancelling(lease.job)]))
  await client.control.broadcast({ type: 'cancel', jobId: record.id, attempt: 1 })
  const renewed = await persist(scene, 'extend', () => lease.extend())
  assert.equal(renewed.cancel?.reason, 'user left')
  assert.ok(performance.now() - since < scene.limits.leaseMs, 'it took longer than a lease')
}

/** Repeats a call until it resolves: what a caller may do, since a rejection leaves open whether it was done. */
async function persist<T>(scene: Scene, name: string, call: () => Promise<T>): Promise<T> {
  return await waitFor<{ value: T }>(`${name}() to resolve`, scene.soonMs, async () => {
    try {
      return { value: await call() }
    } catch (error) {
      insistOnTransport(error)
      return undefined
    }
  }).then(({ value }) => value)
}

/** Whether it resolves; if it rejects, then because the backend was out of reach. */
async function resolves(scene: Scene, call: Promise<unknown>): Promise<boolean> {
  try {
    await scene.ends('a call on a bad connection', call)
    return true
  } catch (error) {
    insistOnTransport(error)
    return false
  }
}

function insistOnTransport(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'TRANSPORT') throw error
}

/** Somebody brings the job to its end, whoever holds it now. */
async function finish(scene: Scene, transport: Transport, id: string): Promise<void> {
  if ((await scene.record(transport, id)).state === 'succeeded') return
  const lease: Lease = await scene.take(transport)
  assert.equal(lease.job.id, id)
  accepted(await lease.settle([succeeded(lease.job)]))
}
