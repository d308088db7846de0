import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { PrivateRedis } from '../servers/private-redis.ts'
import { describeRedis } from './redis-stage.ts'

const HOTLINE = fileURLToPath(new URL('../../packages/cli/src/hotline.ts', import.meta.url))
const LOAD = ['--jobs', '12', '--cpu', '50ms', '--memory', '1mb', '--workers', '2', '--concurrency', '1']

describeRedis(() =>
  test('prove holds on redis though a worker is killed, and leaves no key', { timeout: 90_000 }, async () => {
    await using server = await PrivateRedis.start()
    const argv = [
      '--conditions=@hotline/source',
      ...[HOTLINE, 'prove', '--url', server.url, ...LOAD, '--kill', '--json'],
    ]
    const { stdout } = await promisify(execFile)(process.execPath, argv)
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ ok: true, jobs: 12, succeeded: 12, lost: 0, duplicates: 0, gaps: 0, limit: 2, peakHeldIdle: 0 },
      violations: [],
    })
    const client = new Redis(server.url)
    expect(await client.keys('*')).toEqual([])
    client.disconnect()
  }),
)
