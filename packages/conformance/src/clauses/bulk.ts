import assert from 'node:assert/strict'
import type { Clause } from '../clause.ts'
import { jobOf } from '../job-draft.ts'
import { within } from '../patience.ts'
import { progress, succeeded } from '../proposal.ts'
import type { Scene } from '../scene.ts'
import { accepted } from '../scene.ts'

const JOBS = 10_000
const CHUNK = 1_000
/** For all of it. A speed that nobody should need to know. */
const BULK_LIMIT_MS = 120_000

/** Much at once, and large ones. */
export const bulkClauses: readonly Clause[] = [
  { title: 'B1 ten thousand jobs in chunks are all there, in their order', prove: keepsCountAndOrder },
  { title: 'B2 a payload of maxPayloadBytes comes back byte for byte', prove: keepsEveryByte },
]

async function keepsCountAndOrder(scene: Scene): Promise<void> {
  const [producer, worker] = await Promise.all([scene.open(), scene.open()])
  const jobs = Array.from({ length: JOBS }, (_, index) => jobOf({ input: String(index) }, scene.limits))
  const ids = jobs.map(({ queued }) => queued.jobId)
  const enqueue = async () => {
    for (let from = 0; from < JOBS; from += CHUNK) {
      const chunk = jobs.slice(from, from + CHUNK)
      const outcomes = await producer.queue.enqueue(chunk)
      assert.ok(outcomes.every(({ created, record }, at) => created && record.id === ids[from + at]))
    }
  }
  await within(`${JOBS} jobs to be stored`, BULK_LIMIT_MS, enqueue())
  const count = await within(`${JOBS} jobs to be listed`, BULK_LIMIT_MS, countQueued(scene))
  assert.equal(count, JOBS)
  const reader = await scene.read(worker)
  await within(
    `${JOBS} events`,
    BULK_LIMIT_MS,
    reader.until(`${JOBS} events`, () => reader.events.length >= JOBS),
  )
  assert.deepEqual(
    reader.ofJob().map((event) => event.jobId),
    ids,
  )
  for (const index of [0, 1, 2, 3, 4]) {
    const lease = await scene.take(worker)
    assert.deepEqual([lease.job.id, lease.input], [ids[index], String(index)])
    accepted(await lease.settle([succeeded(lease.job)]))
  }
}

async function countQueued(scene: Scene): Promise<number> {
  const transport = await scene.open()
  let count = 0
  for await (const { record } of transport.log.list({ state: 'queued' }))
    count += record.task === 'integrate' ? 1 : 0
  return count
}

/** Texts that stores have been seen to change: NUL, quotes, line separators, planes beyond the first, trailing spaces. */
const DIFFICULT = `\u0000 \u0001 \\ \\u0000 " ' \u2028 é ü 漢字 👩‍🔬 \u{10FFFF} \uFEFF $1 %s {{x}} \r\n\t `

async function keepsEveryByte(scene: Scene): Promise<void> {
  const transport = await scene.open()
  const other = await scene.open()
  const reader = await scene.read(other)
  const { text, value } = payloadOf(scene.limits.maxPayloadBytes)
  assert.equal(Buffer.byteLength(text), scene.limits.maxPayloadBytes)
  const record = await scene.enqueue(transport, { input: text })
  const lease = await scene.nextIs(other, record)
  assert.ok(lease.input === text, 'the input has changed on its way')
  accepted(await other.log.append([progress(lease.job, value)]))
  accepted(await lease.settle([succeeded(lease.job, value)]))
  const seen = await scene.record(transport, record.id)
  assert.ok(JSON.stringify(seen.result) === text, 'the result has changed on its way')
  const event = await reader.untilType('job.succeeded', record.id)
  assert.ok(JSON.stringify(event.result) === text, 'the result of the event has changed on its way')
  const small = await scene.enqueue(transport, { input: '{ "z": 1.0, "a": [1e2, -0], "a": "\\u00e9" }' })
  const next = await scene.nextIs(transport, small)
  assert.equal(next.input, '{ "z": 1.0, "a": [1e2, -0], "a": "\\u00e9" }', 'an input is a text, not a value')
}

/** A value whose JSON takes exactly so many bytes. */
function payloadOf(bytes: number): { readonly text: string; readonly value: { z: string; a: string } } {
  const head = { z: DIFFICULT.repeat(20), a: '' }
  const left = bytes - Buffer.byteLength(JSON.stringify(head))
  const value = { ...head, a: 'ü'.repeat(Math.floor(left / 2)) + 'x'.repeat(left % 2) }
  return { text: JSON.stringify(value), value }
}
