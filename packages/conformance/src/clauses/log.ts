import assert from 'node:assert/strict'
import type { FinalState, JobRecord, ProposedEvent, Transport } from '@hotline/core'
import { auditEvents, byJob } from '../audit.ts'
import type { Clause } from '../clause.ts'
import { jobOf } from '../job-draft.ts'
import { waitFor } from '../patience.ts'
import {
  cancelled,
  cancelling,
  expired,
  failed,
  logged,
  lost,
  progress,
  released,
  retrying,
  started,
  succeeded,
} from '../proposal.ts'
import type { Scene } from '../scene.ts'
import { accepted, refused } from '../scene.ts'

/** What is appended, what is refused, and that it stays so. */
export const logClauses: readonly Clause[] = [
  { title: 'L4 of two starts of one attempt one is accepted', prove: oneStart },
  { title: 'L5 a final state stays, whatever comes', prove: finalStays },
  { title: 'L7 the same enqueue again, before, during and after the run, runs once', prove: runsOnce },
  { title: 'L9 what was refused reaches no record and no reader', prove: refusedIsUnseen },
  { title: 'L15 events appended together stand or fall together, side by side', prove: allOrNothing },
]

async function oneStart(scene: Scene): Promise<void> {
  const [one, two] = await Promise.all([scene.open(), scene.open()])
  for (let round = 0; round < 20; round++) {
    const record = await scene.enqueue(one)
    const outcomes = await Promise.all([
      one.log.append([started(record, 'one')]),
      two.log.append([started(record, 'two')]),
    ])
    assert.equal(outcomes.filter((outcome) => outcome.accepted).length, 1, `round ${round}`)
    const { attempt, attempts } = await scene.record(one, record.id)
    assert.deepEqual([attempt, attempts.length], [1, 1])
  }
}

async function finalStays(scene: Scene): Promise<void> {
  const transport = await scene.open()
  for (const state of ['succeeded', 'failed', 'cancelled', 'expired'] as const) {
    const final = await ended(scene, transport, state)
    for (const event of everyEvent(final, scene)) {
      const { seq } = await scene.record(transport, final.id)
      const outcome = await transport.log.append([event])
      // A holder that did not hear the answer may say the same again; it is answered, and nothing is written.
      const isTaken = outcome.accepted && outcome.record.seq > seq
      assert.equal(isTaken, false, `${event.type} was accepted by a job that is ${state}`)
    }
    const {
      seq: _seq,
      updatedAt: _at,
      attempts: _attempts,
      ...after
    } = await scene.record(transport, final.id)
    const { seq: _oldSeq, updatedAt: _oldAt, attempts: _oldAttempts, ...before } = final
    assert.deepEqual(after, before)
  }
  for (const [id, events] of byJob(await scene.history(transport))) auditEvents(id, events)
}

async function runsOnce(scene: Scene): Promise<void> {
  const [transport, other] = await Promise.all([scene.open(), scene.open()])
  const job = jobOf({}, scene.limits)
  const again = async () => (await other.queue.enqueue([job]))[0]
  await transport.queue.enqueue([job])
  assert.deepEqual([(await again())?.created, (await again())?.record.state], [false, 'queued'])
  const lease = await scene.take(transport)
  assert.deepEqual([(await again())?.created, (await again())?.record.state], [false, 'running'])
  accepted(await lease.settle([succeeded(lease.job)]))
  assert.deepEqual([(await again())?.created, (await again())?.record.state], [false, 'succeeded'])
  await scene.nextIs(other, await scene.enqueue(other, { priority: 'low' }))
  const starts = (await scene.history(other)).ofType('job.started')
  assert.equal(starts.filter((event) => event.jobId === job.queued.jobId).length, 1)
}

async function refusedIsUnseen(scene: Scene): Promise<void> {
  const [transport, watcher] = await Promise.all([scene.open(), scene.open()])
  const reader = await scene.read(watcher)
  const record = await scene.enqueue(transport)
  refused(await transport.log.append([progress({ ...record, attempt: 1 }, 0)]), 'wrong-state')
  refused(await transport.log.append([started({ ...record, attempt: 4 }, 'w9')]), 'fenced')
  const { job } = await scene.nextIs(transport, record)
  refused(await transport.log.append([progress({ ...job, attempt: 2 }, 0)]), 'fenced')
  refused(await transport.log.append([cancelled(job)]), 'wrong-state')
  const stranger = jobOf({}, scene.limits).queued.jobId
  refused(await transport.log.append([cancelled({ ...record, id: stranger })]), 'no-such-job')
  assert.equal(await transport.log.get(stranger), undefined)
  assert.deepEqual(await scene.record(watcher, record.id), job)
  const mark = await scene.mark(transport)
  await reader.until('the mark', () => reader.ofType('worker.offline').some((event) => event.worker === mark))
  assert.deepEqual(
    reader.ofJob().map((event) => event.type),
    ['job.queued', 'job.started'],
  )
}

/** Reads the record all the while: it must never show the first of two events without the second. */
async function allOrNothing(scene: Scene): Promise<void> {
  const [transport, watcher] = await Promise.all([scene.open(), scene.open()])
  for (let round = 0; round < 10; round++) {
    const record = await scene.enqueue(transport, { limits: { crashLimit: 1 } })
    const { job } = await scene.nextIs(transport, record)
    const together = transport.log.append([lost(job, false), failedAfter(job)])
    const seen = []
    for (let look = 0; look < 5; look++) seen.push((await scene.record(watcher, job.id)).state)
    assert.equal(accepted(await together).state, 'failed')
    assert.deepEqual(
      seen.filter((state) => state !== 'running' && state !== 'failed'),
      [],
    )
    const history = await scene.history(watcher, 'start', job.id)
    assert.deepEqual(
      history
        .ofJob()
        .map(({ seq, type }) => [seq, type])
        .slice(2),
      [
        [3, 'job.lost'],
        [4, 'job.failed'],
      ],
    )
  }
  const { job } = await scene.nextIs(transport, await scene.enqueue(transport))
  refused(await transport.log.append([progress(job, 1), started(job, 'w2')]), 'wrong-state')
  assert.deepEqual(await scene.record(transport, job.id), job)
}

/** What follows `job.lost` when the crash budget is used up. */
function failedAfter(job: JobRecord): ProposedEvent<'job.failed'> {
  return { ...failed(job), code: 'JOB_POISONED' }
}

/** A job that has come to this end. */
async function ended(scene: Scene, transport: Transport, state: FinalState): Promise<JobRecord> {
  if (state === 'expired') {
    const { id } = await scene.enqueue(transport, { expiresInMs: 1, delayMs: 60_000 })
    const isOver = async () => (await scene.record(transport, id)).state === 'expired'
    await waitFor('the job to expire', scene.soonMs, isOver)
    return await scene.record(transport, id)
  }
  const record = await scene.enqueue(transport)
  if (state === 'cancelled') return accepted(await transport.log.append([cancelled(record)]))
  const lease = await scene.nextIs(transport, record)
  return accepted(await lease.settle([state === 'failed' ? failed(lease.job) : succeeded(lease.job)]))
}

/** One event of every type that speaks for the last attempt, and one start of the next. */
function everyEvent(record: JobRecord, scene: Scene): readonly ProposedEvent[] {
  return [
    jobOf({ id: record.id }, scene.limits).queued,
    started(record, 'w9'),
    progress(record, 1),
    logged(record, 'a line'),
    succeeded(record, 'other'),
    retrying(record, 0),
    failed(record),
    cancelling(record),
    cancelled(record),
    lost(record, true),
    released(record),
    expired(record),
  ]
}
