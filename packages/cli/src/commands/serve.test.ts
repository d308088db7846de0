import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { run, start } from '../testing/captured-io.ts'
import { scene } from '../testing/scene.ts'

const TOKEN = '0123456789abcdef'
const addressIn = (text: string): string => /http:\/\/\S+?(?=;)/.exec(text)?.[0] ?? ''

test('serve shows the page, metrics and health until it is told to end', async () => {
  await using its = await scene()
  const serving = start(['serve', '--port', '0'], its)
  await serving.until('Ctrl-C ends')
  const url = addressIn(serving.err)
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(await (await fetch(`${url}/`)).text()).toContain('<title>hotline</title>')
  expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok\n')
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('hotline_up 1')
  const events = await fetch(`${url}/api/events`) // an open stream holds nothing up
  serving.stop()
  expect(await serving.exit).toBe(130)
  await events.text().catch(() => {})
})

test.each([['0.0.0.0'], ['::'], ['192.0.2.7'], ['jobs.example.com']])(
  'serve refuses --host %s without a token, and says what to do',
  async (host) => {
    await using its = await scene()
    const { exit, err } = await run(['serve', '--host', host, '--port', '0'], its)
    expect(exit).toBe(2)
    expect(err).toContain('lets other machines in')
    expect(err).toContain('Set HOTLINE_TOKEN')
  },
)

test('serve asks for the token, and lets in whoever has it', async () => {
  await using its = await scene()
  const serving = start(['serve', '--host', '0.0.0.0', '--port', '0'], {
    ...its,
    env: { HOTLINE_TOKEN: TOKEN },
  })
  await serving.until('Ctrl-C ends')
  const url = addressIn(serving.err).replace('0.0.0.0', '127.0.0.1')
  const visit = async (path: string, headers = {}): Promise<number> =>
    (await fetch(`${url}${path}`, { headers })).status
  expect([await visit('/'), await visit('/metrics'), await visit('/healthz')]).toEqual([401, 401, 200])
  expect(await visit('/', { authorization: `Bearer ${TOKEN}` })).toBe(200)
  serving.stop()
  expect(await serving.exit).toBe(130)
  expect(serving.err).not.toContain(TOKEN)
})

test('serve tells of a short token, a port that is none, and one that is taken', async () => {
  await using its = await scene()
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const address = holder.address()
  const port = address === null || typeof address === 'string' ? 0 : address.port
  for (const [argv, text] of [
    [['--token', 'short'], 'The token has 5 characters'],
    [['--port', '70000'], 'Give a number from 0 to 65535'],
    [['--port', String(port)], `port ${port} (EADDRINUSE)`],
  ] as const) {
    const { exit, err } = await run(['serve', ...argv], its)
    expect([exit, err]).toEqual([2, expect.stringContaining(text)])
  }
  holder.close()
})
