import { once } from 'node:events'
import { createServer } from 'node:http'
import { createClient, defineTask, memory } from '@hotline/core'
import { createDashboard, nodeListener } from '@hotline/dashboard'
import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'

const quick = defineTask<number, number>('quick')

function mounted(options: { readonly basePath?: string } = {}) {
  const client = createClient({ transport: memory() })
  const dashboard = createDashboard({ client, ...options })
  onTestFinished(async () => {
    dashboard.close()
    await client.close()
  })
  return { client, dashboard }
}

test('in Hono, below a path, with page, data and streams', async () => {
  const { client, dashboard } = mounted()
  const app = new Hono().get('/', (context) => context.text('the app'))
  app.mount('/jobs', (request) => dashboard.fetch(request))
  const { id } = await client.enqueue(quick, 1)
  const ask = (path: string) => app.request(`http://localhost${path}`)
  expect(await (await ask('/')).text()).toBe('the app')
  for (const path of ['/jobs', '/jobs/'])
    expect(await (await ask(path)).text()).toContain('<title>hotline</title>')
  expect(await (await ask(`/jobs/api/jobs/${id}`)).json()).toMatchObject({ record: { id } })
  const stream = await ask('/jobs/api/events')
  expect(stream.headers.get('content-type')).toBe('text/event-stream')
  await stream.body?.cancel()
})

test('in a framework that leaves its path in the URL, as Next does', async () => {
  const { client, dashboard } = mounted({ basePath: '/admin/jobs/' })
  const { fetch: GET } = dashboard
  const { id } = await client.enqueue(quick, 1)
  const ask = (path: string) => GET(new Request(`http://localhost${path}`))
  expect(await (await ask('/admin/jobs')).text()).toContain('<title>hotline</title>')
  expect(await (await ask(`/admin/jobs/api/jobs/${id}`)).json()).toMatchObject({ record: { id } })
})

test('in a server of Node, which says who is at the other end', async () => {
  const { client, dashboard } = mounted()
  const peers: unknown[] = []
  const listener = nodeListener({
    fetch: (request, facts) => {
      peers.push(facts?.peer)
      return dashboard.fetch(request, facts)
    },
  })
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const url = `http://127.0.0.1:${address === null || typeof address === 'string' ? 0 : address.port}`
  const job = await client.enqueue(quick, 1)
  const headers = { origin: url, 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: '{"reason":"enough"}' }
  const receipt = await fetch(`${url}/api/jobs/${job.id}/cancel`, init)
  expect(await receipt.json()).toMatchObject({ state: 'cancelled', reason: 'enough' })
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(405)
  expect(new Set(peers)).toEqual(new Set(['127.0.0.1']))
})
