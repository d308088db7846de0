import assert from 'node:assert/strict'
import type { HotlineEvent, Transport } from '@hotline/core'
import type { Clause } from '../clause.ts'
import { waitFor } from '../patience.ts'
import { progress, succeeded } from '../proposal.ts'
import type { Reader } from '../reader.ts'
import type { Scene } from '../scene.ts'
import { accepted } from '../scene.ts'

/** What readers see: everything, once, in one order. */
export const streamClauses: readonly Clause[] = [
  { title: 'L1 all readers see one order, while many write', prove: oneOrder },
  { title: 'L2 a reader resumes from any cursor: no gap, no repeat', prove: resumesAnywhere },
  {
    title: 'L2 a reader that keeps resuming misses nothing of what is being written',
    prove: resumesWhileWriting,
  },
  {
    title: 'L3 a trimmed cursor yields exactly one stream.gap, and then goes on',
    prove: trimmedSaysSo,
    wanted: { retentionMs: 1_000 },
  },
  { title: 'L11 a reader of one job gets its events and no other', prove: readsOneJob },
  { title: 'L12 from now: nothing of before, everything after', prove: fromNow },
  { title: 'L16 a reader ends when its signal aborts, even while it waits', prove: abortEnds },
]

async function oneOrder(scene: Scene): Promise<void> {
  const writers = await Promise.all([scene.open(), scene.open(), scene.open()])
  const early = await scene.read(writers[1])
  const writing = Promise.all(writers.map((writer, index) => writeLives(scene, writer, `q${index}`, 8)))
  const midway = await scene.read(writers[2])
  await writing
  const late = await scene.history(writers[0])
  const last = late.cursors.at(-1)
  for (const reader of [early, midway]) {
    await reader.until('the end that the late reader saw', () => reader.cursors.at(-1) === last)
    assert.deepEqual(reader.events, late.events)
  }
  assert.equal(new Set(late.cursors).size, late.events.length, 'two events have one cursor')
  assert.equal(late.ofJob().length, 3 * 8 * 4)
}

async function resumesAnywhere(scene: Scene): Promise<void> {
  const [transport, other] = await Promise.all([scene.open(), scene.open()])
  await Promise.all([writeLives(scene, transport, 'numbers', 4), writeLives(scene, other, 'letters', 4)])
  const { events, cursors } = await scene.history(transport)
  const last = cursors.at(-1)
  for (const [index, cursor] of cursors.slice(0, -1).entries()) {
    const reader = await scene.read(index % 2 === 0 ? transport : other, cursor)
    await reader.until('the last event', () => reader.cursors.at(-1) === last)
    assert.deepEqual(reader.events, events.slice(index + 1), `resumed after event ${index + 1}`)
    await reader.close()
  }
}

async function resumesWhileWriting(scene: Scene): Promise<void> {
  const [watcher, ...writers] = await Promise.all([scene.open(), scene.open(), scene.open(), scene.open()])
  const seen: HotlineEvent[] = []
  let isOver = false
  const writing = Promise.all(writers.map((writer, index) => writeLives(scene, writer, `q${index}`, 10)))
  const over = writing.finally(() => {
    isOver = true
  })
  while (!isOver) {
    const reader = await scene.read(watcher, seen.at(-1)?.cursor ?? 'start')
    await reader.until('five events, or the end', () => reader.events.length >= 5 || isOver)
    await reader.close()
    seen.push(...reader.events)
  }
  await over
  const rest = await scene.history(watcher, seen.at(-1)?.cursor ?? 'start')
  const whole = await scene.history(watcher)
  // The second history has one mark more than the first.
  assert.deepEqual([...seen, ...rest.events], whole.events.slice(0, -1))
}

/** Jobs come to their ends meanwhile, since a backend may trim on such an occasion. */
async function trimmedSaysSo(scene: Scene): Promise<void> {
  const transport = await scene.open()
  await writeLives(scene, transport, 'numbers', 3)
  const [old] = (await scene.history(transport)).cursors
  assert.ok(old !== undefined)
  const limitMs = 5 * scene.limits.retentionMs + scene.soonMs
  await waitFor('the first events to be trimmed', limitMs, async () => {
    await scene.backend.trim?.()
    await writeLives(scene, transport, 'numbers', 1)
    return (await scene.history(transport, old)).events[0]?.type === 'stream.gap'
  })
  const reader = await scene.read(transport, old)
  const gap = await reader.untilType('stream.gap')
  assert.equal(gap.from, old)
  const last = await scene.enqueue(transport)
  await reader.untilType('job.queued', last.id)
  assert.equal(reader.ofType('stream.gap').length, 1, 'one gap is told once')
  assert.equal(reader.events[0]?.type, 'stream.gap')
  await reader.close()
  // Where a backend trims all the while, the first of these may be gone by now, which is another gap.
  const after = await scene.history(transport, gap.cursor)
  const follows = after.events.slice(0, -1).filter(({ type }) => type !== 'stream.gap')
  assert.ok(follows.length > 0)
  assert.deepEqual(
    follows,
    reader.events.slice(1).slice(-follows.length),
    'the cursor of the gap leads to what follows it',
  )
}

async function readsOneJob(scene: Scene): Promise<void> {
  const [transport, other] = await Promise.all([scene.open(), scene.open()])
  const record = await scene.enqueue(transport)
  await writeLives(scene, other, 'letters', 2)
  const live = await scene.read(other, 'start', record.id)
  const lease = await scene.nextIs(transport, record)
  await writeLives(scene, other, 'letters', 2)
  accepted(await lease.settle([succeeded(lease.job)]))
  await live.untilType('job.succeeded', record.id)
  const all = await scene.history(transport)
  assert.deepEqual(live.events, all.ofJob(record.id))
  const second = live.events[1]
  assert.ok(second)
  const resumed = await scene.read(transport, second.cursor, record.id)
  await resumed.untilType('job.succeeded', record.id)
  assert.deepEqual(resumed.events, live.events.slice(2))
}

/** Ten times, since what slips through here slips through rarely. */
async function fromNow(scene: Scene): Promise<void> {
  const [transport, watcher] = await Promise.all([scene.open(), scene.open()])
  for (let round = 0; round < 10; round++) {
    await scene.enqueue(transport)
    const reader = await scene.read(watcher, 'now')
    const after = [await scene.enqueue(transport), await scene.enqueue(transport)]
    await reader.until('both jobs', () => reader.events.length >= 2)
    assert.deepEqual(
      reader.ofJob().map((event) => event.jobId),
      after.map((record) => record.id),
    )
    await reader.close()
  }
}

async function abortEnds(scene: Scene): Promise<void> {
  const transport = await scene.open()
  await scene.enqueue(transport)
  const readers: Reader[] = [await scene.read(transport), await scene.read(transport, 'now')]
  await readers[0]?.untilType('job.queued')
  for (const reader of readers) await scene.ends('a reader whose signal aborted', reader.close())
}

/** Jobs that live for four events each, one after the other. */
async function writeLives(scene: Scene, transport: Transport, queue: string, jobs: number): Promise<void> {
  for (let count = 0; count < jobs; count++) {
    await scene.enqueue(transport, { queue })
    const lease = await scene.take(transport, [queue])
    accepted(await transport.log.append([progress(lease.job, { count })]))
    accepted(await lease.settle([succeeded(lease.job)]))
  }
}
