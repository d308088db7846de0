import { createJobId } from '@hotline/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Program } from './program.fixture.ts'
import { WebApi } from './web-api.fixture.ts'

let app: Program
let api: WebApi

beforeAll(async () => {
  app = await Program.start('./main.ts', '--port', '0')
  api = new WebApi(app.base)
})

afterAll(async () => {
  expect(await app.end('SIGTERM')).toBe(0)
})

test('a request starts a job, its events come live, and a later request by id tells its result', async () => {
  const id = await api.start(200_000)
  const types = await api.events(id)
  expect(types.slice(0, 3)).toEqual(['job.queued', 'job.started', 'job.progress'])
  expect(types.at(-1)).toBe('job.succeeded')
  const { status, body } = await api.call(`/jobs/${id}`)
  expect(status).toBe(200)
  expect(body).toMatchObject({ id, state: 'succeeded', result: { primes: 17984 }, attempts: 1 })
  expect(body.evidence).toMatchObject({ source: 'memory', trustedUntil: 'forever' })
})

test('a running job tells its progress and who runs it, and can be stopped', async () => {
  const id = await api.start(20_000_000)
  await api.events(id, 'job.progress')
  const { body } = await api.call(`/jobs/${id}`)
  expect(body).toMatchObject({ state: 'running', progress: { done: expect.any(Number) } })
  expect(body.evidence).toMatchObject({ pid: expect.any(Number), trustedUntil: expect.any(Number) })
  const receipt = await api.call(`/jobs/${id}`, { method: 'DELETE' })
  expect(receipt.body).toMatchObject({ state: 'cancelled', means: 'handler' })
  expect((await api.call(`/jobs/${id}`)).body).toMatchObject({
    state: 'cancelled',
    error: { code: 'JOB_CANCELLED' },
  })
})

test('an id that never existed is unknown, not pending', async () => {
  expect(await api.call(`/jobs/${createJobId()}`)).toMatchObject({ status: 404, body: { state: 'unknown' } })
  const old = `00000000-0001-7${createJobId().slice(15)}`
  expect(await api.call(`/jobs/${old}`)).toMatchObject({ status: 410, body: { state: 'forgotten' } })
  expect(await api.call('/jobs/nonsense')).toMatchObject({ status: 400 })
})

test('a wrong body is refused with the path of what is wrong', async () => {
  const { status, body } = await api.call('/jobs', { method: 'POST', body: '{"below": "many"}' })
  expect(status).toBe(400)
  expect(body.error).toContain('$.below')
  expect((await api.call('/jobs', { method: 'POST', body: 'no json' })).status).toBe(400)
})
