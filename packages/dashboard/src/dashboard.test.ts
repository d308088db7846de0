import type { Client, JobHandle } from '@hotline/core'
import { createClient, createJobId, createJobIdFactory, defineTask, memory } from '@hotline/core'
import { afterEach, describe, expect, test } from 'vitest'
import type { DashboardOptions } from './dashboard.ts'
import { createDashboard, type Dashboard } from './dashboard.ts'
import { tokenAuth } from './token-auth.ts'

const HERE = 'http://127.0.0.1:4100'
const TOKEN = 'a token of some length'
const quick = defineTask<number, number>('quick')
const opened: (() => unknown)[] = []

afterEach(async () => {
  for (const close of opened.splice(0)) await close()
})

function dashboard(options: Partial<DashboardOptions> = {}): {
  readonly client: Client
  readonly dashboard: Dashboard
} {
  const client = options.client ?? createClient({ transport: memory() })
  const made = createDashboard({ client, ...options })
  opened.push(
    () => made.close(),
    () => client.close(),
  )
  return { client, dashboard: made }
}

const to = (url: string, init: RequestInit = {}): Request => new Request(url, init)
const action = (path: string, headers: Record<string, string>): Request =>
  to(`${HERE}${path}`, { method: 'POST', headers })
const SAME = { 'sec-fetch-site': 'same-origin' }

describe('without auth it', () => {
  test.each(['http://127.0.0.1:4100/', 'http://localhost/', 'http://[::1]:4100/', 'http://app.localhost/'])(
    'answers at %s',
    async (url) => {
      expect((await dashboard().dashboard.fetch(to(url))).status).toBe(200)
    },
  )

  test.each([
    'http://192.168.0.7:4100/',
    'http://jobs.example.com/',
    'http://127.0.0.1.example.com/',
    'http://localhost.example.com/',
  ])('refuses at %s, whatever is asked for', async (url) => {
    const { dashboard: its } = dashboard()
    for (const path of ['', 'api/events', 'metrics', 'nothing']) {
      const answer = await its.fetch(to(`${url}${path}`))
      expect(answer.status).toBe(403)
      expect(await answer.text()).toContain('Without `auth` it answers on loopback only')
    }
  })

  test('believes the Host header rather than the address that a framework made up', async () => {
    const { dashboard: its } = dashboard()
    const forged = to(`${HERE}/`, { headers: { host: 'attacker.example' } })
    expect((await its.fetch(forged)).status).toBe(403)
  })

  test('refuses another machine that forges the host', async () => {
    const { dashboard: its } = dashboard()
    expect((await its.fetch(to(HERE), { peer: '192.168.0.9' })).status).toBe(403)
    for (const peer of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
      expect((await its.fetch(to(HERE), { peer })).status).toBe(200)
  })

  test('cannot be given other hosts', () => {
    expect(() => dashboard({ hosts: ['jobs.example.com'] })).toThrow('and there is no `auth`')
  })
})

describe('with auth it', () => {
  test('lets in whoever the application lets in, at any host or at those named', async () => {
    const auth = (request: Request): boolean => request.headers.get('cookie') === 'session=1'
    const { dashboard: its } = dashboard({ auth, hosts: ['jobs.example.com'] })
    const headers = { cookie: 'session=1' }
    expect((await its.fetch(to('http://jobs.example.com/', { headers }))).status).toBe(200)
    expect((await its.fetch(to('http://jobs.example.com/'))).status).toBe(401)
    expect((await its.fetch(to('http://other.example.com/', { headers }))).status).toBe(403)
    expect((await dashboard({ auth }).dashboard.fetch(to('http://any.example/', { headers }))).status).toBe(
      200,
    )
  })

  test('answers with what the application answers', async () => {
    const login = Response.redirect('http://any.example/login')
    const { dashboard: its } = dashboard({ auth: () => login })
    expect((await its.fetch(to('http://any.example/metrics'))).headers.get('location')).toContain('/login')
  })

  test('takes a token as bearer, or as password of any user, and nothing else', async () => {
    const { dashboard: its } = dashboard({ auth: tokenAuth(TOKEN) })
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`
    const given = async (authorization: string): Promise<number> =>
      (await its.fetch(to(`${HERE}/metrics`, { headers: { authorization } }))).status
    expect(await given(basic(`me:${TOKEN}`))).toBe(200)
    expect(await given(`Bearer ${TOKEN.replaceAll(' ', '')}`)).toBe(401)
    for (const wrong of ['', TOKEN, basic(TOKEN), basic('me:'), basic(`me:${TOKEN} `), 'Basic %', 'Bearer '])
      expect(await given(wrong), wrong).toBe(401)
    expect((await its.fetch(to(HERE))).headers.get('www-authenticate')).toContain('Basic')
    const plain = dashboard({ auth: tokenAuth('0123456789abcdef') }).dashboard
    const bearer = { authorization: 'Bearer 0123456789abcdef' }
    expect((await plain.fetch(to(HERE, { headers: bearer }))).status).toBe(200)
    expect(() => tokenAuth('short')).toThrow('Give one of 16 or more')
  })

  test('tells anybody whether the backend answers, and nothing more', async () => {
    const { dashboard: its, client } = dashboard({ auth: () => false })
    const ask = () => its.fetch(to('http://10.0.0.7/healthz'))
    expect((await ask()).status).toBe(200)
    await client.close()
    const answer = await ask()
    expect([answer.status, await answer.text()]).toEqual([503, 'The backend does not answer.\n'])
  })
})

describe('an action', () => {
  test.each([
    ['of another site', { 'sec-fetch-site': 'cross-site' }],
    ['of another host of the same site', { 'sec-fetch-site': 'same-site' }],
    ['that was typed in', { 'sec-fetch-site': 'none' }],
    ['of another origin, by an old browser', { origin: 'http://evil.example' }],
    ['of another port', { origin: 'http://127.0.0.1:9999' }],
    ['of a page without origin', { origin: 'null' }],
    ['that does not say where it comes from', {}],
  ] as const)('%s is refused, and nothing is done', async (_, headers) => {
    const { dashboard: its, client } = dashboard()
    const job = await client.enqueue(quick, 1)
    for (const path of ['/api/queues/default/pause', `/api/jobs/${job.id}/cancel`])
      expect((await its.fetch(action(path, headers))).status).toBe(403)
    expect([(await job.refresh()).state, await client.paused()]).toEqual(['queued', []])
  })

  test.each([SAME, { origin: HERE }])('of the page itself is done: %o', async (headers) => {
    const { dashboard: its, client } = dashboard()
    const job = await client.enqueue(quick, 1)
    const body = {
      method: 'POST',
      body: '{"reason":"no"}',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': '15' },
    }
    const answer = await its.fetch(to(`${HERE}/api/jobs/${job.id}/cancel`, body))
    expect(await answer.json()).toMatchObject({ means: 'before-start', reason: 'no', state: 'cancelled' })
    await its.fetch(action('/api/queues/default/pause', headers))
    expect(await client.paused()).toEqual(['default'])
    await its.fetch(action('/api/queues/default/resume', headers))
    expect(await client.paused()).toEqual([])
  })

  test('is a POST, with a short body of JSON', async () => {
    const { dashboard: its, client } = dashboard()
    const { id } = await client.enqueue(quick, 1)
    const url = `${HERE}/api/jobs/${id}/cancel`
    const send = async (headers: Record<string, string>, method = 'POST'): Promise<number> =>
      (await its.fetch(to(url, { method, headers: { ...SAME, ...headers }, body: '{}' }))).status
    expect((await its.fetch(to(url, { headers: SAME }))).status).toBe(404)
    expect(await send({}, 'DELETE')).toBe(405)
    expect(await send({ 'content-type': 'application/json' })).toBe(413)
    expect(await send({ 'content-type': 'application/json', 'content-length': '99999' })).toBe(413)
    expect(await send({ 'content-type': 'text/plain', 'content-length': '2' })).toBe(415)
    expect((await (await client.handle(id)).refresh()).state).toBe('queued')
  })

  test('runs a job again only where it has ended, and the application says how', async () => {
    const { dashboard: its, client } = dashboard()
    const job = await client.enqueue(quick, 1)
    const retry = async (by: Dashboard) => by.fetch(action(`/api/jobs/${job.id}/retry`, SAME))
    expect(await (await retry(its)).text()).toContain('give it `retry`')
    const anew = async (ended: JobHandle) => client.enqueue(quick, ended.record?.bytes ?? 0)
    const { dashboard: other } = dashboard({ client, retry: anew })
    expect(await (await retry(other)).text()).toContain('The job is queued')
    await job.cancel()
    const again: { readonly id: string } = JSON.parse(await (await retry(other)).text())
    expect((await client.handle(quick, again.id)).state).toBe('queued')
  })
})

describe('data', () => {
  test('is not for a page of another site', async () => {
    const { dashboard: its } = dashboard()
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect((await its.fetch(to(`${HERE}/api/events`, { headers }))).status).toBe(403)
  })

  test('of a job is whole; of one that is not there, the answer is 404 and says why', async () => {
    const { dashboard: its, client } = dashboard()
    const { id } = await client.enqueue(quick, 7, { key: 'k' })
    const ask = async (path: string) => its.fetch(to(`${HERE}/api/jobs/${path}`))
    expect(await (await ask(id)).json()).toMatchObject({ state: 'queued', record: { id, key: 'k' } })
    expect(await (await ask(`${id}/explain`)).json()).toMatchObject({
      lines: [expect.stringContaining(id), 'No worker is alive.', expect.any(String)],
    })
    const old = createJobIdFactory({ now: () => 1_000_000 })()
    for (const [path, text] of [
      [createJobId(), 'no job of that id was stored here'],
      [old, 'older than the retention'],
      ['%3Cscript%3E', 'That is not the id of a job'],
    ] as const) {
      const answer = await ask(path)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8'])
      expect(await answer.text()).toContain(text)
    }
  })
})

test('the page has a policy that allows its own script and style only, and no answer may be framed or kept', async () => {
  const { dashboard: its } = dashboard({ basePath: '/admin/jobs' })
  const answer = await its.fetch(to(`${HERE}/admin/jobs`))
  const policy = answer.headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+';/)
  expect(policy).not.toContain('unsafe')
  expect(await answer.text()).toContain('<div id="page">')
  for (const path of ['/admin/jobs', '/metrics', '/api/nothing', '/nothing']) {
    const { headers } = await its.fetch(to(`${HERE}${path}`))
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toBe('no-store')
  }
})

test('metrics count events, waits and runs, and what comes from outside stays within its quotes', async () => {
  const { dashboard: its, client } = dashboard()
  await its.fetch(to(`${HERE}/metrics`))
  await client.enqueue(quick, 1)
  await client.enqueue(quick, 2, { delay: '1h' })
  await client.pause('a/b')
  const text = await (await its.fetch(to(`${HERE}/metrics`))).text()
  expect(text).toContain('hotline_up 1')
  expect(text).toContain('hotline_jobs{queue="default",state="queued"} 1')
  expect(text).toContain('hotline_jobs{queue="default",state="scheduled"} 1')
  expect(text).toContain('hotline_queue_paused{queue="a/b"} 1')
  expect(text).toContain('hotline_events_total{type="job.queued",task="quick",queue="default"} 2')
  for (const line of text.trimEnd().split('\n'))
    expect(line).toMatch(/^(# (HELP|TYPE) .+|[a-z_]+(\{.*\})? [\d.e+-]+)$/)
})

test('an unforeseen failure is logged, and not told', async () => {
  const said: object[] = []
  const logger = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (facts: object) => void said.push(facts),
  }
  const auth = (): never => {
    throw new Error('the password is hunter2')
  }
  const answer = await dashboard({ auth, logger }).dashboard.fetch(to(HERE))
  expect([answer.status, await answer.text()]).toEqual([
    500,
    'The dashboard failed; its log has the reason.\n',
  ])
  expect(said).toMatchObject([{ err: { message: 'the password is hunter2' } }])
})
