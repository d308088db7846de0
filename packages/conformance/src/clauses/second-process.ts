import assert from 'node:assert/strict'
import type { Clause } from '../clause.ts'
import type { DoomedProcess } from '../doomed-process.ts'
import { pass } from '../patience.ts'
import { progress, succeeded } from '../proposal.ts'
import type { Scene } from '../scene.ts'
import { accepted } from '../scene.ts'

/** What a second process shows, which is killed, frozen, or wrong about the time. */
export const secondProcessClauses: readonly Clause[] = [
  { title: 'Q6 a SIGKILLed holder is replaced within 2 x leaseMs', prove: killedIsReplaced },
  {
    title: 'Q7 a frozen holder is replaced; thawed, it is fenced, while the heir runs and after',
    prove: frozenIsFenced,
  },
  {
    title: 'L14 a holder whose clock is an hour off changes no time and keeps its lease',
    prove: wrongClockIsHarmless,
  },
  { title: 'T2 a process exits by itself after close', prove: exitsByItself },
]

async function killedIsReplaced(scene: Scene): Promise<void> {
  const transport = await scene.open()
  const record = await scene.enqueue(transport)
  const doomed = await holding(scene, record.id)
  // Longer than its lease: it was not replaced because it never renewed.
  await pass(1.5 * scene.limits.leaseMs)
  assert.equal((await scene.record(transport, record.id)).attempt, 1)
  await doomed.kill()
  const lease = await scene.nextIs(transport, record)
  assert.deepEqual([lease.job.attempt, lease.job.crashes], [2, 1])
  const history = await scene.history(transport)
  assert.deepEqual(
    history.ofType('job.lost').map((event) => [event.reason, event.requeued]),
    [['lease', true]],
  )
}

async function frozenIsFenced(scene: Scene): Promise<void> {
  const transport = await scene.open()
  for (const thawAtOnce of [true, false]) {
    const record = await scene.enqueue(transport)
    const doomed = await holding(scene, record.id)
    doomed.freeze()
    const lease = await scene.nextIs(transport, record)
    const settle = async () => accepted(await lease.settle([succeeded(lease.job, 'heir')]))
    if (!thawAtOnce) await settle()
    doomed.thaw()
    assert.equal((await doomed.settle()).accepted, false)
    if (thawAtOnce) await settle()
    const { result, attempts } = await scene.record(transport, record.id)
    assert.deepEqual([result, attempts.map((attempt) => attempt.ended)], ['heir', ['lost', 'succeeded']])
    const history = await scene.history(transport, 'start', record.id)
    assert.equal(history.ofType('attempt.fenced').length, 1)
    await doomed.kill()
  }
}

async function wrongClockIsHarmless(scene: Scene): Promise<void> {
  const transport = await scene.open()
  for (const clockSkewMs of [-3_600_000, 3_600_000]) {
    const record = await scene.enqueue(transport)
    const doomed = await holding(scene, record.id, clockSkewMs)
    await pass(2 * scene.limits.leaseMs)
    const { record: seen, leaseUntil, observedAt } = await scene.sighting(transport, record.id)
    assert.equal(seen.attempt, 1, 'it lost its lease although it renewed it')
    assert.ok(
      leaseUntil !== undefined && leaseUntil - observedAt <= scene.limits.leaseMs,
      'its lease is too long',
    )
    const later = accepted(await transport.log.append([progress(seen, 1)]))
    const [attempt] = seen.attempts
    assert.ok(
      attempt !== undefined && attempt.startedAt >= seen.queuedAt && attempt.startedAt <= later.updatedAt,
    )
    assert.ok(attempt.waitMs < 600_000, 'a wait of an hour is the error of its clock')
    assert.equal((await doomed.settle()).accepted, true)
    await doomed.kill()
  }
}

/** It leaves a lease, a reader and a listener open when it closes. */
async function exitsByItself(scene: Scene): Promise<void> {
  const transport = await scene.open()
  const record = await scene.enqueue(transport)
  const doomed = await holding(scene, record.id)
  assert.equal(await doomed.leave(), 0)
}

/** A second process that holds this job. */
async function holding(scene: Scene, jobId: string, clockSkewMs = 0): Promise<DoomedProcess> {
  const doomed = scene.startHolder(clockSkewMs)
  assert.equal((await doomed.holding()).jobId, jobId)
  return doomed
}
