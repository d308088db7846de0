import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createJobId } from '@hotline/core'
import { afterAll, beforeAll, expect, test } from 'vitest'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
let app: ChildProcess
let base = ''

beforeAll(async () => {
  app = spawn(process.execPath, ['--conditions=@hotline/source', main, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (app.stdout === null) throw new Error('no stdout')
  const [line] = await once(createInterface(app.stdout), 'line', { signal: AbortSignal.timeout(20_000) })
  base = /http:\/\/[\d.:]+/.exec(String(line))?.[0] ?? ''
})

afterAll(async () => {
  app.kill('SIGTERM')
  if (app.exitCode === null) await once(app, 'exit', { signal: AbortSignal.timeout(20_000) })
  expect(app.exitCode).toBe(0)
})

async function call(
  path: string,
  init?: RequestInit,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${base}${path}`, { ...init, signal: AbortSignal.timeout(20_000) })
  const body: unknown = await response.json()
  return { status: response.status, body: { ...(body as object) } }
}

async function start(below: number): Promise<string> {
  const { status, body } = await call('/jobs', { method: 'POST', body: JSON.stringify({ below }) })
  expect(status).toBe(202)
  return String(body.id)
}

/** Reads the job's events until one of that type, or its end. */
async function events(id: string, until?: string): Promise<string[]> {
  const response = await fetch(`${base}/jobs/${id}/events`, { signal: AbortSignal.timeout(20_000) })
  const types: string[] = []
  let rest = ''
  for await (const piece of response.body ?? []) {
    rest += Buffer.from(piece).toString()
    const messages = rest.split('\n\n')
    rest = messages.pop() ?? ''
    types.push(...messages.map((message) => /^event: (.*)$/m.exec(message)?.[1] ?? ''))
    if (until !== undefined && types.includes(until)) break
  }
  return types
}

test('a request starts a job, its events come live, and a later request by id tells its result', async () => {
  const id = await start(200_000)
  const types = await events(id)
  expect(types.slice(0, 3)).toEqual(['job.queued', 'job.started', 'job.progress'])
  expect(types.at(-1)).toBe('job.succeeded')
  const { status, body } = await call(`/jobs/${id}`)
  expect(status).toBe(200)
  expect(body).toMatchObject({ id, state: 'succeeded', result: { primes: 17984 }, attempts: 1 })
  expect(body.evidence).toMatchObject({ source: 'memory', trustedUntil: 'forever' })
})

test('a running job tells its progress and who runs it, and can be stopped', async () => {
  const id = await start(20_000_000)
  await events(id, 'job.progress')
  const { body } = await call(`/jobs/${id}`)
  expect(body).toMatchObject({ state: 'running', progress: { done: expect.any(Number) } })
  expect(body.evidence).toMatchObject({ pid: expect.any(Number), trustedUntil: expect.any(Number) })
  const receipt = await call(`/jobs/${id}`, { method: 'DELETE' })
  expect(receipt.body).toMatchObject({ state: 'cancelled', means: 'handler' })
  expect((await call(`/jobs/${id}`)).body).toMatchObject({
    state: 'cancelled',
    error: { code: 'JOB_CANCELLED' },
  })
})

test('an id that never existed is unknown, not pending', async () => {
  expect(await call(`/jobs/${createJobId()}`)).toMatchObject({ status: 404, body: { state: 'unknown' } })
  const old = `00000000-0001-7${createJobId().slice(15)}`
  expect(await call(`/jobs/${old}`)).toMatchObject({ status: 410, body: { state: 'forgotten' } })
  expect(await call('/jobs/nonsense')).toMatchObject({ status: 400 })
})

test('a wrong body is refused with the path of what is wrong', async () => {
  const { status, body } = await call('/jobs', { method: 'POST', body: '{"below": "many"}' })
  expect(status).toBe(400)
  expect(body.error).toContain('$.below')
  expect((await call('/jobs', { method: 'POST', body: 'no json' })).status).toBe(400)
})
