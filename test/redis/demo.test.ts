import type { ChildProcess } from 'node:child_process'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PrivateRedis } from '../servers/private-redis.ts'
import { describeRedis } from './redis-stage.ts'

const HOTLINE = fileURLToPath(new URL('../../packages/cli/src/hotline.ts', import.meta.url))
const PATIENCE_MS = 90_000
const SMALL = ['--size', '120x80', '--jobs', '12']

describeRedis(() =>
  describe('the demo across processes on redis', { timeout: PATIENCE_MS }, () => {
    let server: PrivateRedis
    let folder: string
    beforeAll(async () => {
      server = await PrivateRedis.start()
      folder = await mkdtemp(path.join(tmpdir(), 'hotline-demo-'))
    })
    afterAll(async () => {
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    })

    const argv = (...args: string[]) => [
      '--conditions=@hotline/source',
      ...[HOTLINE, 'demo', '--url', server.url, '--concurrency', '2', ...args],
    ]

    test('two workers and a producer leave a poster and a proof, and no key', async () => {
      const { stdout } = await promisify(execFile)(process.execPath, argv(...SMALL, '--json'), {
        cwd: folder,
      })
      const { proof, trials } = JSON.parse(stdout)
      expect(proof).toMatchObject({ ok: true, jobs: 22, limit: 2, lost: 0, duplicates: 0, gaps: 0 })
      expect(proof.workers).toHaveLength(2)
      expect(trials.every(({ asExpected }: { asExpected: boolean }) => asExpected)).toBe(true)
      const png = await readFile(path.join(folder, 'poster.png'))
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([120, 80])
      expect(await keysOf(server)).toEqual([])
    })

    test('Ctrl-C ends every process of it, and leaves no key', async () => {
      // More than it can have enqueued by then. A group of its own, as a terminal's: the signal reaches them all.
      const running = spawn(process.execPath, argv('--jobs', '10000'), { cwd: folder, detached: true })
      const said = await textUntil(running, /running 2 of 2/)
      process.kill(-(running.pid ?? 0), 'SIGINT')
      const [code] = await once(running, 'exit', { signal: AbortSignal.timeout(30_000) })
      expect(code, said.all()).toBe(130)
      expect(() => process.kill(-(running.pid ?? 0), 0)).toThrow('ESRCH')
      expect(await keysOf(server)).toEqual([])
    })
  }),
)

async function keysOf(server: PrivateRedis): Promise<readonly string[]> {
  const client = new Redis(server.url)
  try {
    return await client.keys('*')
  } finally {
    client.disconnect()
  }
}

/** Resolves when the pattern was said; `all` is what was said until now. */
async function textUntil(child: ChildProcess, pattern: RegExp): Promise<{ all(): string }> {
  let text = ''
  await new Promise<void>((resolve) => {
    child.stdout?.on('data', (piece) => {
      text += String(piece)
      if (pattern.test(text)) resolve()
    })
  })
  return { all: () => text }
}
