/** The examples run on whatever backend their `--url` names. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { describePostgres } from '../test/postgres/postgres-stage.ts'
import { PrivatePostgres } from '../test/servers/private-postgres.ts'
import { Program } from './web-app/program.fixture.ts'
import { WebApi } from './web-app/web-api.fixture.ts'

async function run(program: string, ...args: string[]): Promise<string> {
  const main = fileURLToPath(new URL(`./${program}`, import.meta.url))
  const argv = ['--conditions=@hotline/source', main, ...args]
  return (await promisify(execFile)(process.execPath, argv, { timeout: 25_000 })).stdout
}

test('the quickstart, the picture and the web app run on sqlite, with a worker of its own', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'hotline-examples-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const url = `sqlite:${path.join(folder, 'jobs.db')}`
  expect(await run('quickstart/on-a-server.ts', '--url', url)).toContain('{ area: 2')
  expect(await run('mandelbrot/main.ts', path.join(folder, 'm.png'), '90', '60', '--url', url)).toContain(
    '3 jobs',
  )
  await using app = await Program.start('./main.ts', '--port', '0', '--url', url)
  await using _ = await Program.start('./worker.ts', '--url', url)
  const api = new WebApi(app.base)
  const id = await api.start(100_000)
  expect((await api.events(id)).at(-1)).toBe('job.succeeded')
}, 90_000)

describePostgres(() =>
  describe.each(['postgres', 'pglite'])('on %s', (kind) => {
    test('the quickstart, the picture and the web app run', async () => {
      await using server = await PrivatePostgres.start()
      const folder = await mkdtemp(path.join(tmpdir(), 'hotline-examples-'))
      onTestFinished(() => rm(folder, { recursive: true }))
      const url = kind === 'postgres' ? server.url : `pglite:${path.join(folder, 'jobs')}`
      expect(await run('quickstart/on-a-server.ts', '--url', url)).toContain('{ area: 2')
      expect(await run('mandelbrot/main.ts', path.join(folder, 'm.png'), '90', '60', '--url', url)).toContain(
        '3 jobs',
      )
      await using app = await Program.start('./main.ts', '--port', '0', '--url', url)
      const worker = kind === 'postgres' ? await Program.start('./worker.ts', '--url', url) : undefined
      await using _ = worker ?? app
      const api = new WebApi(app.base)
      const id = await api.start(100_000)
      expect((await api.events(id)).at(-1)).toBe('job.succeeded')
      expect((await api.call(`/jobs/${id}`)).body).toMatchObject({ result: { primes: 9592 } })
    }, 90_000)
  }),
)
