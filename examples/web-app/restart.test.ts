import { beforeAll, describe, expect, test, vi } from 'vitest'
import { describeRedis } from '../../test/redis/redis-stage.ts'
import { PrivateRedis } from '../../test/servers/private-redis.ts'
import { Program } from './program.fixture.ts'
import { WebApi } from './web-api.fixture.ts'

describeRedis(() =>
  describe('a web app whose jobs live in redis', () => {
    let server: PrivateRedis
    beforeAll(async () => {
      server = await PrivateRedis.start({ appendonly: 'yes' })
      return () => server[Symbol.asyncDispose]()
    })
    const web = async () => {
      const program = await Program.start('./main.ts', '--port', '0', '--url', server.url)
      return {
        program,
        api: new WebApi(program.base),
        [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
      }
    }

    test('is killed and started anew, and knows every job as if it had never been gone', async () => {
      await using _ = await Program.start('./worker.ts', '--url', server.url)
      await using first = await web()
      const long = await first.api.start(20_000_000)
      const short = await first.api.start(100_000)
      await first.api.events(long, 'job.progress')
      const { body: before } = await first.api.call(`/jobs/${long}`)
      await first.program.end('SIGKILL')

      await using second = await web()
      const { body: after } = await second.api.call(`/jobs/${long}`)
      expect(after).toMatchObject({ state: 'running', attempts: 1 })
      expect(workerOf(after)).toEqual(workerOf(before))
      expect((await second.api.events(short)).at(-1)).toBe('job.succeeded')
      expect((await second.api.call(`/jobs/${short}`)).body).toMatchObject({ result: { primes: 9592 } })
      const receipt = await second.api.call(`/jobs/${long}`, { method: 'DELETE' })
      expect(receipt.body).toMatchObject({ state: 'cancelled', means: 'handler' })
      expect(await second.program.end('SIGTERM')).toBe(0)
    }, 60_000)

    test('sees a job go on in the next worker, when one is restarted', async () => {
      const before = await Program.start('./worker.ts', '--url', server.url)
      await using app = await web()
      const id = await app.api.start(20_000_000)
      await app.api.events(id, 'job.progress')
      expect(await before.end('SIGTERM')).toBe(0)
      expect((await app.api.call(`/jobs/${id}`)).body).toMatchObject({ state: 'queued', attempts: 1 })
      await using _ = await Program.start('./worker.ts', '--url', server.url)
      await vi.waitFor(
        async () =>
          expect((await app.api.call(`/jobs/${id}`)).body).toMatchObject({ state: 'running', attempts: 2 }),
        { timeout: 20_000 },
      )
      await app.api.call(`/jobs/${id}`, { method: 'DELETE' })
    }, 60_000)
  }),
)

function workerOf({ evidence }: Record<string, unknown>): unknown {
  const { worker, pid, slot } = { worker: undefined, pid: undefined, slot: undefined, ...Object(evidence) }
  return { worker, pid, slot }
}
