/** A worker in a process of its own, to be killed: runs the spinning jobs that it is given on a backend of its own. */
import { createClient, memory } from '@hotline/core'
import { createWorker } from '@hotline/worker'
import { act } from '../handlers/tasks.ts'

const files = process.argv.slice(2)
const transport = memory()
const worker = createWorker({
  transport,
  handlers: new URL('../handlers/acts.ts', import.meta.url),
  concurrency: files.length,
})
const client = createClient({ transport })
await worker.start()
for (const file of files) await client.enqueue(act, { do: 'tick', file })
