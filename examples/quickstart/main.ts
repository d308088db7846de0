import { createClient, memory } from '@hotline/core'
import { createWorker } from '@hotline/worker'
import { integrate } from './tasks.ts'

const transport = memory()
const worker = createWorker({ transport, handlers: new URL('./handlers.ts', import.meta.url) })
const client = createClient({ transport })
client.events.on('job.started', ({ task, pid }) => console.log(`${task} runs in process ${pid}`))

await worker.start()
const job = await client.enqueue(integrate, { from: 0, to: Math.PI, steps: 20_000_000 })
console.log(await job.result())

await worker.stop()
await client.close()
