import { createClient, EVENT_TYPES, implement, memory } from '@hotline/core'
import { createWorker } from '@hotline/worker'
import type { Contest } from './contest.ts'
import { noop } from './tasks.ts'

const JOBS = 20_000
const SLOTS = 64

/** The cost of hotline alone: jobs that do nothing, in the worker's own process, with a listener for every event. */
export const throughput: Contest = {
  name: 'throughput',
  title: `${JOBS} jobs that do nothing, memory, inline, ${SLOTS} at once, every event heard`,
  unit: 'jobs/s',
  targets: [{ of: 'enqueue and run', atLeast: 20_000 }],
  async open() {
    return { sides: [round], close: async () => {} }
  },
}

/** A new backend for each round, so that no round pays for the jobs of another. */
async function round() {
  const transport = memory()
  const client = createClient({ transport })
  const worker = createWorker({
    transport,
    handlers: [implement(noop, (n) => n)],
    isolation: 'inline',
    concurrency: SLOTS,
  })
  let heard = 0
  const done = Promise.withResolvers<void>()
  let ended = 0
  for (const type of EVENT_TYPES) client.events.on(type, () => heard++)
  client.events.on('job.succeeded', () => ++ended === JOBS && done.resolve())
  const inputs = Array.from({ length: JOBS }, (_, input) => ({ input }))

  const began = performance.now()
  await client.enqueueMany(noop, inputs)
  const enqueued = performance.now()
  await worker.start()
  const started = performance.now()
  await done.promise
  const ran = performance.now()
  await worker.stop()
  await client.close()
  if (heard < 3 * JOBS) throw new Error(`${heard} events were heard of ${3 * JOBS} or more.`)
  const rate = (ms: number) => (JOBS / ms) * 1000
  return {
    enqueue: rate(enqueued - began),
    run: rate(ran - started),
    'enqueue and run': rate(enqueued - began + ran - started),
  }
}
