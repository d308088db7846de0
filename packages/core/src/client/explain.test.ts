import { describe, expect, test } from 'vitest'
import { createJobIdFactory } from '../job/job-id.ts'
import { explain } from '../observe/explain.ts'
import { explanationText } from '../observe/explanation-text.ts'
import { defineTask } from '../task/task.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import type { SlotPresence, WorkerPresence } from '../transport/presence.ts'
import type { Lease } from '../transport/transport.ts'
import { setUp } from './client.fixture.ts'
import { fail, take } from './job-by-hand.fixture.ts'

const grind = defineTask<null>('grind')
const huge = defineTask<null>('huge', { memory: '4 GiB' })

/** The heartbeat of a worker with two slots, in which these jobs are. */
function beatOf(leases: readonly Lease[], facts: Partial<WorkerPresence> = {}): WorkerPresence {
  const slots = leases.map(({ job }, slot): SlotPresence => {
    const since = job.attempts.at(-1)?.startedAt ?? 0
    return { slot, job: { id: job.id, task: job.task, attempt: job.attempt, since } }
  })
  return {
    ...{ worker: 'w', host: 'h', pid: 1, queues: ['default'], tasks: ['grind', 'huge'], state: 'running' },
    ...{ startedAt: 0, seenAt: 0, everyMs: 1e6, limit: 2, held: slots.length, running: slots.length },
    ...{ supervisorRss: 1, memory: 2 ** 30, slots },
    ...facts,
  }
}

/** Ends an attempt that ran so long, so that the task has a typical run time. */
async function succeedAfter(lease: Lease, runMs: number): Promise<void> {
  const { id: jobId, attempt } = lease.job
  const settled = await lease.settle([{ type: 'job.succeeded', jobId, attempt, result: null, runMs }])
  expect(settled.accepted).toBe(true)
}

async function stage() {
  const clock = new FakeClock(1_800_000_000_000)
  const set = setUp({ clock, lease: '30s', retention: '1d' })
  await set.client.paused() // connects
  const told = async (id: string) => {
    const explanation = await set.client.explain(id)
    return { ...explanation, text: explanationText(explanation).join('\n') }
  }
  return { ...set, clock, told, add: () => set.client.enqueue(grind, null) }
}

describe('a job that waits', () => {
  test('because no worker is alive, or none fits', async () => {
    const { transport, told, add } = await stage()
    const { id } = await add()
    expect(await told(id)).toMatchObject({ why: 'no-worker', unfit: [], also: [], line: { ahead: 0 } })
    expect((await told(id)).text).toContain('No worker is alive.')
    await transport.control.beat(beatOf([], { worker: 'a', queues: ['images'] }))
    await transport.control.beat(beatOf([], { worker: 'b', tasks: ['huge'] }))
    await transport.control.beat(beatOf([], { worker: 'c', state: 'draining' }))
    const { text, ...explanation } = await told(id)
    expect(explanation).toMatchObject({
      why: 'no-worker',
      unfit: [
        { worker: 'a', lacks: 'queue' },
        { worker: 'b', lacks: 'task' },
        { worker: 'c', lacks: 'time' },
      ],
    })
    expect(text).toContain('a does not serve queue default.\n  b has no handler for grind.\n  c is stopping.')
  })

  test('behind those that are busy, with an estimate by typical run times', async () => {
    const { transport, clock, told, add } = await stage()
    await add()
    await succeedAfter(await take(transport), 60_000)
    const leases = []
    for (let count = 0; count < 2; count++) {
      await add()
      leases.push(await take(transport))
    }
    await clock.advance(10_000)
    const [first, second] = [await add(), await add()]
    await transport.control.beat(beatOf(leases))
    expect(await told(first.id)).toMatchObject({
      why: 'busy',
      limit: 2,
      slots: leases.map(({ job }, slot) => ({ worker: 'w', slot, job: job.id, typicalMs: 60_000 })),
      startsAt: clock.now() + 50_000,
      line: { ahead: 0, isWhole: true },
    })
    const { text, ...behind } = await told(second.id)
    expect(behind).toMatchObject({ why: 'busy', startsAt: clock.now() + 50_000, line: { ahead: 1 } })
    expect(text).toMatch(
      /All 2 slots that could take it are busy:\n {2}w\/0 runs .* \(grind\) for 10\.0 s of typ/,
    )
    expect(text).toContain('By typical run times it starts in about 50.0 s.\n1 job of its queue goes first.')
    const third = await add()
    expect(await told(third.id)).toMatchObject({ startsAt: clock.now() + 110_000, line: { ahead: 2 } })
  })

  test('behind those that are busy, and nothing is known of how long they take', async () => {
    const { transport, told, add } = await stage()
    await add()
    await transport.control.beat(beatOf([await take(transport)], { limit: 1 }))
    const { text, ...explanation } = await told((await add()).id)
    expect(explanation).toMatchObject({ why: 'busy', startsAt: undefined })
    expect(text).toContain('The one slot that could take it is busy:')
    expect(text).toContain('There is no estimate')
  })

  test('for a moment: a slot is free, and those of a higher priority go first', async () => {
    const { client, transport, told, add } = await stage()
    const { id } = await add()
    await client.enqueue(grind, null, { priority: 'high' })
    await client.enqueue(grind, null, { priority: 'low' })
    await transport.control.beat(beatOf([]))
    const { text, ...explanation } = await told(id)
    expect(explanation).toMatchObject({ why: 'next', free: 2, line: { ahead: 1, isWhole: true } })
    expect(text).toContain('Nothing is in its way: 2 slots that could take it are free.')
  })

  test('for its time, in a queue that is paused, which is told as well', async () => {
    const { client, transport, clock, told } = await stage()
    await transport.control.beat(beatOf([]))
    const { id } = await client.enqueue(grind, null, { delay: '1m' })
    expect(await told(id)).toMatchObject({ why: 'delayed', until: clock.now() + 60_000, also: [] })
    await client.pause('default')
    expect(await told(id)).toMatchObject({ why: 'delayed', also: [{ why: 'paused' }] })
    await clock.advance(60_000)
    const { text, ...explanation } = await told(id)
    expect(explanation).toMatchObject({ why: 'paused', also: [] })
    expect(text).toContain('Queue default is paused. `hotline resume default`')
  })

  test('for its next attempt', async () => {
    const { transport, clock, told, add } = await stage()
    await transport.control.beat(beatOf([]))
    const { id } = await add()
    await fail(await take(transport), new TypeError('no number'), 20_000)
    const { text, ...explanation } = await told(id)
    expect(explanation).toMatchObject({
      ...{ why: 'retrying', until: clock.now() + 20_000, failures: 1, attempts: 3 },
      ...{ code: 'HANDLER_ERROR', message: 'no number' },
    })
    expect(text).toContain('It failed 1 time of the 3 that it may, and is tried again in 20.0 s.')
  })

  test('since workers that lack its task gave it back', async () => {
    const { transport, clock, told, add } = await stage()
    await transport.control.beat(beatOf([]))
    const { id } = await add()
    const lease = await take(transport)
    await lease.settle([
      { type: 'job.released', jobId: id, attempt: 1, reason: 'unknown-task', delayMs: 500 },
    ])
    const { text, ...explanation } = await told(id)
    expect(explanation).toMatchObject({ why: 'delayed', misses: 1, until: clock.now() + 500 })
    expect(text).toContain('Workers without a handler for grind took it 1 time and gave it back')
  })

  test('though it is too big for every worker that would take it', async () => {
    const { client, transport, told } = await stage()
    await transport.control.beat(beatOf([]))
    const { id } = await client.enqueue(huge, null)
    const { text, ...explanation } = await told(id)
    expect(explanation).toMatchObject({ why: 'too-big', memory: 4 * 2 ** 30, largest: 2 ** 30 })
    expect(text).toContain('It may need 4 GiB, and no worker that would take it has more than 1 GiB')
    await transport.control.beat(beatOf([], { worker: 'large', memory: 2 ** 34 }))
    expect(await told(id)).toMatchObject({ why: 'next', free: 4 })
  })
})

test('a job that runs, is asked to stop, and is lost', async () => {
  const { transport, clock, told, add } = await stage()
  const { id } = await add()
  const lease = await take(transport)
  await transport.log.append([
    { type: 'job.progress', jobId: id, attempt: 1, progress: { done: 0.5 }, dropped: 0 },
    { type: 'job.cancelling', jobId: id, attempt: 1 },
  ])
  await clock.advance(5000)
  const { text, ...running } = await told(id)
  const holder = { worker: 'by-hand', slot: 0, pid: 1, attempt: 1, since: lease.job.updatedAt }
  expect(running).toMatchObject({ why: 'running', ...holder, progress: { done: 0.5 } })
  expect(text).toContain('is running: attempt 1, on by-hand, slot 0, pid 1, for 5.0 s.')
  expect(text).toContain('It was asked to stop 5.0 s ago.')

  const lapsed = { record: lease.job, observedAt: clock.now(), leaseUntil: clock.now() - 1000 }
  const around = { workers: [], paused: [], ahead: [], isWhole: true, typicalMs: new Map(), leaseMs: 30_000 }
  const lost = explain(lapsed, around)
  expect(lost).toMatchObject({ why: 'lost', worker: 'by-hand', requeuedBy: clock.now() + 29_000 })
  expect(explanationText(lost)[1]).toBe('It is queued again in 29.0 s.')
})

test('a job that is over', async () => {
  const { client, transport, told, add } = await stage()
  const { id } = await add()
  await succeedAfter(await take(transport), 1500)
  expect(await told(id)).toMatchObject({ why: 'finished', state: 'succeeded', attempts: 1, runMs: 1500 })
  const failed = await add()
  await fail(await take(transport), new RangeError('too large'))
  const { text, ...explanation } = await told(failed.id)
  expect(explanation).toMatchObject({ why: 'finished', state: 'failed', code: 'HANDLER_ERROR' })
  expect(text).toBe(
    `Job ${failed.id} is over: it failed 0 ms ago, after 1 attempt.\nHANDLER_ERROR: too large`,
  )
  const cancelled = await client.enqueue(grind, null)
  await cancelled.cancel({ reason: 'user left' })
  expect((await told(cancelled.id)).text).toContain(
    'was cancelled 0 ms ago, without an attempt. Reason: user left.',
  )
})

test('a job that is not there', async () => {
  const { told } = await stage()
  expect(await told(createJobIdFactory()())).toMatchObject({ why: 'unknown' })
  const old = createJobIdFactory({ now: () => Date.now() - 2 * 86_400_000 })()
  expect(await told(old)).toMatchObject({ why: 'forgotten', retentionMs: 86_400_000 })
})
