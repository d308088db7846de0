/** The same with jobs elsewhere: `node on-a-server.ts --url postgres://localhost/app`. Only the transport differs. */
import { parseArgs } from 'node:util'
import { createClient } from '@hotline/core'
import { createWorker } from '@hotline/worker'
import { transportOf } from '../web-app/transport.ts'
import { integrate } from './tasks.ts'

const { values } = parseArgs({ options: { url: { type: 'string', default: 'memory:' } } })
const transport = transportOf(values.url)
const worker = createWorker({ transport, handlers: new URL('./handlers.ts', import.meta.url) })
const client = createClient({ transport })
client.events.on('job.started', ({ task, pid }) => console.log(`${task} runs in process ${pid}`))

await worker.start()
const job = await client.enqueue(integrate, { from: 0, to: Math.PI, steps: 20_000_000 })
console.log(await job.result())

await worker.stop()
await client.close()
