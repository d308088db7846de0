import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { createClient } from '@hotline/core'
import { createWorker } from '@hotline/worker'
import { jobsApi } from './jobs-api.ts'
import { transportOf } from './transport.ts'

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: process.env.HOTLINE_URL ?? 'memory:' },
    port: { type: 'string', default: '3000' },
  },
})

const transport = transportOf(values.url)
const client = createClient({ transport })
// Jobs in this process are reached from here alone. On a server, a process of its own runs them: worker.ts.
const isAlone = /^(memory|pglite):/.test(values.url)
const handlers = new URL('./handlers.ts', import.meta.url)
const worker = isAlone ? createWorker({ transport, handlers }) : undefined
await worker?.start()

const server = createServer(jobsApi(client))
server.listen(Number(values.port), '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : values.port
  console.log(`listening on http://127.0.0.1:${port}, jobs in ${transport.name}`)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)

async function stop(): Promise<void> {
  server.close()
  server.closeAllConnections()
  await worker?.stop({ grace: '2s' })
  await client.close()
}
