/** What is said of a server when hotline connects to it. */
import { createServer } from 'node:net'
import { createClient } from '@hotline/core'
import { redis } from '@hotline/redis'
import { describe, expect, test } from 'vitest'
import { PrivateRedis } from '../servers/private-redis.ts'
import { describeRedis } from './redis-stage.ts'

describeRedis(() =>
  describe('a redis that is asked before it is used', () => {
    test.each(['allkeys-lru', 'volatile-ttl', 'allkeys-random'])(
      'and would evict by %s is refused, with the cure',
      async (policy) => {
        await using server = await PrivateRedis.start({ 'maxmemory-policy': policy, maxmemory: '50mb' })
        const transport = redis({ url: server.url })
        await expect(transport.open()).rejects.toMatchObject({
          code: 'TRANSPORT',
          message: expect.stringMatching(
            new RegExp(`maxmemory-policy \`${policy}\`.*CONFIG SET maxmemory-policy noeviction`),
          ),
        })
        await server.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
        await transport.open()
        expect(transport.server).toMatch(/^(Redis|Valkey) \d+\.\d+\.\d+$/)
        await transport.close()
      },
    )

    test('and is a replica writes nothing, and says why', async () => {
      await using master = await PrivateRedis.start({ appendonly: 'yes' })
      await using replica = await PrivateRedis.start({ replicaof: `127.0.0.1 ${master.port}` })
      await using client = createClient({ transport: redis({ url: replica.url }) })
      await expect(client.pause('numbers')).rejects.toMatchObject({
        code: 'TRANSPORT',
        message: expect.stringMatching(/out of reach.*(READONLY|read only)/i),
      })
    }, 30_000)

    test('and wants a password tells that none, or a wrong one, was given, and shows none', async () => {
      await using server = await PrivateRedis.start({ appendonly: 'yes' })
      await server.command('CONFIG', 'SET', 'requirepass', 'right')
      const urls = [server.url, server.url.replace('//', '//:wrong-one@')]
      for (const url of urls) {
        const refusal: unknown = await redis({ url })
          .open()
          .catch((error: unknown) => error)
        expect(refusal).toMatchObject({
          code: 'TRANSPORT',
          message: expect.stringMatching(/NOAUTH|WRONGPASS/),
        })
        expect(String(refusal)).not.toContain('wrong-one')
      }
    }, 60_000)

    test('at an address where something else listens is a typed error', async () => {
      const listener = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
      const address = listener.address()
      const port = typeof address === 'object' ? address?.port : 0
      await expect(redis({ url: `redis://127.0.0.1:${port}` }).open()).rejects.toMatchObject({
        code: 'TRANSPORT',
      })
      listener.close()
    }, 30_000)
  }),
)
