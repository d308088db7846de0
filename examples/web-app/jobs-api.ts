import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Client, isJobId, ValidationError } from '@hotline/core'
import { countPrimes } from './tasks.ts'

/**
 *   POST   /jobs              {"below": 1000000}   202, and the job's id
 *   GET    /jobs/:id                               what is true of it now, by id alone
 *   GET    /jobs/:id/events                        its events as they come (server-sent events)
 *   DELETE /jobs/:id                               stops it, and tells what it took
 */
export function jobsApi(client: Client): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    answer(client, request, response).catch((error: unknown) => {
      if (response.headersSent) response.end()
      else send(response, error instanceof ValidationError ? 400 : 500, { error: String(error) })
    })
  }
}

async function answer(client: Client, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, collection, id, part] = new URL(request.url ?? '/', 'http://localhost').pathname.split('/')
  if (collection !== 'jobs') return send(response, 404, { error: 'There are only /jobs here.' })
  const call = [
    request.method,
    ...(id === undefined ? [] : [':id']),
    ...(part === undefined ? [] : [part]),
  ].join(' ')
  if (call === 'POST') return enqueue(client, request, response)
  if (id === undefined || !isJobId(id)) return send(response, 400, { error: 'That is no job id.' })
  if (call === 'GET :id') return show(client, id, response)
  if (call === 'GET :id events') return follow(client, id, response)
  if (call === 'DELETE :id') return cancel(client, id, response)
  send(response, 405, { error: 'Not that way.' })
}

async function enqueue(client: Client, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const job = await client.enqueue(countPrimes, parse(await text(request)))
  send(response, 202, { id: job.id, state: job.state, url: `/jobs/${job.id}` })
}

async function show(client: Client, id: string, response: ServerResponse): Promise<void> {
  const job = await client.handle(countPrimes, id)
  const { state, progress, error, evidence, attempts } = job
  const result = state === 'succeeded' ? await job.result() : undefined
  const status = state === 'unknown' ? 404 : state === 'forgotten' ? 410 : 200
  const failure = error && { code: error.code, message: error.message }
  send(response, status, { id, state, result, progress, error: failure, attempts: attempts.length, evidence })
}

async function follow(client: Client, id: string, response: ServerResponse): Promise<void> {
  const left = new AbortController()
  response.on('close', () => left.abort())
  const job = await client.handle(countPrimes, id)
  if (job.record === undefined) return send(response, 404, { id, state: job.state })
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  for await (const event of job.events({ signal: left.signal }))
    response.write(`id: ${event.cursor}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  response.end()
}

async function cancel(client: Client, id: string, response: ServerResponse): Promise<void> {
  const job = await client.handle(countPrimes, id)
  if (job.record === undefined) return send(response, 404, { id, state: job.state })
  send(response, 200, await job.cancel({ reason: 'somebody asked over HTTP' }))
}

/** What is no JSON is left to the task's schema, which says what it wants. */
function parse(body: string): { below: number } {
  try {
    return JSON.parse(body)
  } catch {
    return JSON.parse('{}')
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
}
