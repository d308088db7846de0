import { parseArgs } from 'node:util'
import { createWorker } from '@hotline/worker'
import { transportOf } from './transport.ts'

const { values } = parseArgs({
  options: { url: { type: 'string', default: process.env.HOTLINE_URL ?? 'redis://localhost:6379' } },
})

const worker = createWorker({
  transport: transportOf(values.url),
  handlers: new URL('./handlers.ts', import.meta.url),
})
await worker.start()
console.log(`${worker.limit} jobs at once`)

// What does not end in time goes back to the queue, for the next worker, and it costs no attempt.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void worker.stop({ grace: '2s' }))
