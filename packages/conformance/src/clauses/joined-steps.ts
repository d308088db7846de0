import assert from 'node:assert/strict'
import type { Clause } from '../clause.ts'
import { jobOf } from '../job-draft.ts'
import { failed, succeeded } from '../proposal.ts'
import type { Scene } from '../scene.ts'
import { accepted, holder, refused } from '../scene.ts'

/** Steps that a backend may join or prepare, to save a round trip. */
export const joinedStepClauses: readonly Clause[] = [
  {
    title: 'Q18 a settlement grants at most one next job: the one that comes next, of a queue that runs',
    prove: nextIsGrantedOnce,
  },
  { title: 'Q18 a settlement that is refused grants no next job', prove: refusedGrantsNothing },
  { title: 'Q19 what is enqueued in turn is stored after it, and not if it fails', prove: turnIsKept },
]

async function nextIsGrantedOnce(scene: Scene): Promise<void> {
  const [producer, worker] = await Promise.all([scene.open(), scene.open()])
  for (let count = 0; count < 2; count++) await scene.enqueue(producer)
  const [second, third, other] = [
    await scene.enqueue(producer),
    await scene.enqueue(producer),
    await scene.enqueue(producer, { queue: 'others' }),
  ]
  const [one, two] = [await scene.take(worker), await scene.take(worker)]
  const next = { queues: ['numbers'], holder: holder('keen') }
  const granted = await one.settle([succeeded(one.job)], next)
  accepted(granted)
  // A backend may leave it to `reserve`, and then that gets the same job.
  const follower = granted.next ?? (await scene.take(worker, ['numbers'], 'keen'))
  const { job } = follower
  assert.deepEqual([job.id, job.attempt, job.state], [second.id, 1, 'running'])
  assert.equal((await scene.record(producer, job.id)).attempts.at(-1)?.worker, 'keen')
  await producer.queue.pause('numbers')
  const paused = await two.settle([succeeded(two.job)], next)
  accepted(paused)
  assert.equal(paused.next, undefined, 'a paused queue started a job')
  assert.equal(accepted(await follower.settle([succeeded(job)])).state, 'succeeded')
  assert.equal((await scene.record(producer, third.id)).state, 'queued')
  assert.equal((await scene.record(producer, other.id)).state, 'queued')
}

async function refusedGrantsNothing(scene: Scene): Promise<void> {
  const [producer, worker] = await Promise.all([scene.open(), scene.open()])
  const first = await scene.enqueue(producer)
  const lease = await scene.nextIs(worker, first)
  accepted(await lease.settle([succeeded(lease.job)]))
  const waiting = await scene.enqueue(producer)
  const again = await lease.settle([failed(lease.job)], { queues: ['numbers'], holder: holder('keen') })
  refused(again, 'final')
  assert.equal(again.next, undefined)
  await scene.nextIs(worker, waiting)
}

async function turnIsKept(scene: Scene): Promise<void> {
  const [producer, observer] = await Promise.all([scene.open(), scene.open()])
  const [late, never] = [jobOf({}, scene.limits), jobOf({}, scene.limits)]
  const turn = Promise.withResolvers<void>()
  const stored = producer.queue.enqueue([late], turn.promise)
  const earlier = await scene.enqueue(producer)
  assert.equal(await observer.log.get(late.queued.jobId), undefined, 'stored before its turn')
  turn.resolve()
  assert.equal((await scene.ends('an enqueue whose turn has come', stored))[0]?.created, true)
  const taken = [await scene.take(observer), await scene.take(observer)]
  assert.deepEqual(taken.map(({ job }) => job.id).toSorted(), [late.queued.jobId, earlier.id].toSorted())
  const failure = new Error('what came before failed')
  await assert.rejects(producer.queue.enqueue([never], Promise.reject(failure)), failure)
  assert.equal(await observer.log.get(never.queued.jobId), undefined, 'stored though its turn never came')
}
