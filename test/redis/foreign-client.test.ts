/** A client that the application has: connections are made like it, and it stays the application's. */
import { redis } from '@hotline/redis'
import { Cluster, Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { RedisCluster } from '../servers/redis-cluster.ts'
import { LEASE_MS, Play } from '../stage.ts'
import { describeRedis, REDIS_URL, removeNamespace } from './redis-stage.ts'

const namespace = `test.${crypto.randomUUID()}`

describeRedis(() =>
  describe('a client of the application', () => {
    test('is copied by its shape, and neither used nor closed', async () => {
      const own = new Redis(REDIS_URL, { keyPrefix: 'app:', connectionName: 'the-app' })
      await own.set('before', '1', 'EX', 60)
      // Another copy of ioredis has other classes: only the shape counts.
      const stranger = {
        duplicate: (...args: Parameters<Redis['duplicate']>) => own.duplicate(...args),
        call: () => Promise.reject(new Error('not ours')),
      }
      const transport = redis({ client: stranger, namespace, lease: LEASE_MS })
      const play = await Play.begin(async () => ({ connect: () => transport, end: async () => void 0 }))
      await play.worker()
      const job = await play.client().enqueue(act, { do: 'return', value: 1 })
      expect(await job.result({ timeout: '20s' })).toBe(1)
      await play[Symbol.asyncDispose]()
      expect(own.status).toBe('ready')
      expect(await own.get('before')).toBe('1')
      const plain = new Redis(REDIS_URL)
      expect(await plain.keys(`app:{hotline:${namespace}}:*`), 'keys with the prefix of the client').toEqual(
        [],
      )
      expect(await plain.xlen(`{hotline:${namespace}}:events`)).toBeGreaterThan(2)
      plain.disconnect()
      own.disconnect()
      await removeNamespace(REDIS_URL, namespace)
    })

    test('that is no client of ioredis is refused at once', () => {
      const others = [{}, { duplicate: 1 }, { duplicate: () => {} }, 'redis://localhost']
      for (const client of others)
        expect(() => redis(JSON.parse(JSON.stringify({ client })))).toThrow(/no client of ioredis/)
    })

    test('of a cluster: a namespace lives on one node, and its jobs run', async () => {
      await using cluster = await RedisCluster.start()
      const [first, second] = cluster.nodes
      const client = new Cluster([{ host: '127.0.0.1', port: first?.port ?? 0 }])
      for (const name of ['one', 'two', 'three', 'four']) {
        await using play = await Play.begin(async ({ retentionMs: retention }) => ({
          connect: () => redis({ client, namespace: name, lease: LEASE_MS, retention }),
          end: async () => void 0,
        }))
        await play.worker({ concurrency: 2 })
        const reader = play.client()
        const producer = play.client()
        const items = [1, 2, 3].map((value) => ({ input: { do: 'return' as const, value } }))
        const jobs = await producer.enqueueMany(act, items)
        expect(await Promise.all(jobs.map((job) => job.result({ timeout: '20s' })))).toEqual([1, 2, 3])
        expect(await reader.workers()).toHaveLength(1)
        expect(await Array.fromAsync(reader.jobs())).toHaveLength(3)
        const [here, there] = await Promise.all(
          [first, second].map((node) => node?.command('KEYS', `{hotline:${name}}:*`)),
        )
        expect([here, there].filter((keys) => Array.isArray(keys) && keys.length > 0)).toHaveLength(1)
      }
      client.disconnect()
    }, 60_000)
  }),
)
