/** A Redis that is out of memory takes no more jobs, and gives back every one that it has. */
import { redis } from '@hotline/redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { PrivateRedis } from '../servers/private-redis.ts'
import { LEASE_MS, Play } from '../stage.ts'
import { untilState } from '../until-state.ts'
import { describeRedis } from './redis-stage.ts'

describeRedis(() =>
  describe('a redis that is out of memory', () => {
    let server: PrivateRedis
    beforeAll(async () => {
      server = await PrivateRedis.start({ appendonly: 'yes' })
      await server.command('ACL', 'SETUSER', 'blind', 'on', '>secret', '~*', '&*', '+@all', '-info')
    })
    afterAll(() => server[Symbol.asyncDispose]())

    // Without INFO the scripts go without flags, as they do to a Redis 6.2.
    test.each([
      ['with flags of scripts', ''],
      ['without them', 'blind:secret@'],
    ])(
      'refuses jobs, and lets those that run end, %s',
      async (_, user) => {
        await server.command('FLUSHALL')
        const url = `redis://${user}127.0.0.1:${server.port}`
        await using play = await Play.begin(async ({ retentionMs: retention }) => ({
          connect: () => redis({ url, lease: LEASE_MS, retention }),
          end: async () => void (await server.command('CONFIG', 'SET', 'maxmemory', '0')),
        }))
        const client = play.client()
        await play.worker({ concurrency: 2 })
        const running = await client.enqueue(act, { do: 'wait', ms: 1.5 * LEASE_MS })
        const waiting = await client.enqueueMany(
          act,
          Array.from({ length: 4 }, (__, value) => ({ input: { do: 'return' as const, value } })),
        )
        await untilState(running, 'running')
        await server.command('CONFIG', 'SET', 'maxmemory', '1')
        const refusal = {
          code: 'BACKPRESSURE',
          message: expect.stringMatching(/out of memory.*Nothing was stored\. Raise `maxmemory`/),
        }
        await expect(client.enqueue(act, { do: 'return', value: 1 })).rejects.toMatchObject(refusal)
        await expect(client.enqueueMany(act, [{ input: { do: 'return', value: 1 } }])).rejects.toMatchObject({
          cause: refusal,
        })
        expect(await Promise.all(waiting.map((job) => job.result({ timeout: '20s' })))).toEqual([0, 1, 2, 3])
        expect(await running.result({ timeout: '20s' })).toBe('waited')
        expect(running.attempts).toHaveLength(1)
        const reader = play.client()
        expect((await reader.handle(act, running.id)).state).toBe('succeeded')
        expect(await Array.fromAsync(reader.jobs())).toHaveLength(5)
        await server.command('CONFIG', 'SET', 'maxmemory', '0')
        const next = await client.enqueue(act, { do: 'return', value: 'more' })
        expect(await next.result({ timeout: '20s' })).toBe('more')
      },
      60_000,
    )
  }),
)
