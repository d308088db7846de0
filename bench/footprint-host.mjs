/**
 * Runs 10,000 jobs, four in flight, and reports its memory. JavaScript, as an app in production is: Node's own type
 * stripping would add some 45 MB. Finished jobs and their events are kept for 100 ms: what is measured is the
 * supervisor, not how much of the past the memory transport is asked to keep.
 */
import { createClient, defineTask, memory } from '@hotline/core'
import { createWorker } from '@hotline/worker'

const JOBS = 10_000
const LANES = 4
const noop = defineTask('noop')
const transport = memory({ retention: '100ms' })
const client = createClient({ transport })
const worker = createWorker({
  transport,
  handlers: new URL('./handlers.ts', import.meta.url),
  concurrency: 2,
})
await worker.start()

const figures = { 'RSS at the start': resident() }
let taken = 0
await Promise.all(Array.from({ length: LANES }, lane))
figures['in use after 10,000'] = inUse()
figures['RSS at the most'] = process.resourceUsage().maxRSS / 1000
await worker.stop()
await client.close()
process.send(figures)
process.disconnect()

async function lane() {
  while (taken < JOBS) {
    taken += 1
    if (taken === 1000) figures['in use after 1,000'] = inUse()
    const job = await client.enqueue(noop, taken)
    await job.result()
  }
}

/** What is left of the heap after a collection, in MB. */
function inUse() {
  globalThis.gc()
  return process.memoryUsage().heapUsed / 1e6
}

/** In MB. */
function resident() {
  return process.memoryUsage.rss() / 1e6
}
