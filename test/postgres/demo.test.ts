import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asAdministrator, PrivatePostgres } from '../servers/private-postgres.ts'
import { describePostgres, schemasOf } from './postgres-stage.ts'

const HOTLINE = fileURLToPath(new URL('../../packages/cli/src/hotline.ts', import.meta.url))
const PATIENCE_MS = 90_000
const run = promisify(execFile)

describePostgres(() =>
  describe('from the command line on postgres', { timeout: PATIENCE_MS }, () => {
    let server: PrivatePostgres
    let folder: string
    beforeAll(async () => {
      server = await PrivatePostgres.start()
      folder = await mkdtemp(path.join(tmpdir(), 'hotline-demo-'))
    })
    afterAll(async () => {
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    })

    const hotline = async (...args: string[]) =>
      (await run(process.execPath, ['--conditions=@hotline/source', HOTLINE, ...args], { cwd: folder }))
        .stdout

    test.each(['postgres', 'pglite'])(
      'the demo on %s leaves a poster and a proof, and no schema',
      async (kind) => {
        const url = kind === 'postgres' ? server.url : 'pglite:'
        const size = ['--size', '120x80', '--jobs', '12', '--concurrency', '2']
        const { proof, trials } = JSON.parse(await hotline('demo', '--url', url, ...size, '--json'))
        expect(proof).toMatchObject({ ok: true, jobs: 22, limit: 2, lost: 0, duplicates: 0, gaps: 0 })
        expect(trials.every(({ asExpected }: { asExpected: boolean }) => asExpected)).toBe(true)
        const png = await readFile(path.join(folder, 'poster.png'))
        expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([120, 80])
        expect(await schemasOf(server.url)).toEqual([])
      },
    )

    test('migrate makes the schema ahead of time, or prints what it would run', async () => {
      const url = `${server.url}?schema=jobs`
      const script = await hotline('migrate', '--url', url, '--print')
      expect(await schemasOf(server.url)).toEqual([])
      expect(await hotline('migrate', '--url', url)).toBe('The schema is up to date.\n')
      expect(await hotline('jobs', '--url', url)).toBe('No jobs.\n')
      expect(await schemasOf(server.url)).toEqual(['jobs', 'jobs_boss'])
      await asAdministrator(server.url, script)
    })
  }),
)
