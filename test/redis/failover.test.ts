import { randomUUID } from 'node:crypto'
import { redis } from '@hotline/redis'
import { expect, vi } from 'vitest'
import { failover } from '../bodies/failover.ts'
import type { PrivateRedis } from '../servers/private-redis.ts'
import { RedisSentinel } from '../servers/redis-sentinel.ts'
import { describeRedis } from './redis-stage.ts'

describeRedis(() =>
  failover('redis', async ({ leaseMs, retentionMs }) => {
    const watched = await RedisSentinel.start()
    const { options, master, replica } = watched
    await inSync(master, replica)
    const settings = { namespace: `test.${randomUUID()}`, lease: leaseMs, retention: retentionMs }
    return {
      connect: () => redis({ ...settings, options }),
      end: () => watched[Symbol.asyncDispose](),
      caughtUp: () => inSync(master, replica),
      // From where nobody answers it hears nothing. The sentinel would put that right after 8 s.
      part: async () => void (await replica.command('REPLICAOF', '127.0.0.1', '1')),
      killMaster: () => master.kill(),
    }
  }),
)

async function inSync(master: PrivateRedis, replica: PrivateRedis): Promise<void> {
  const positionOf = async (server: PrivateRedis, field: string) =>
    new RegExp(`${field}:(\\d+)`).exec(String(await server.command('INFO', 'replication')))?.[1]
  await vi.waitFor(
    async () => {
      const [sent, heard] = [
        await positionOf(master, 'master_repl_offset'),
        await positionOf(replica, 'slave_repl_offset'),
      ]
      expect(heard).toBe(sent)
      expect(String(await replica.command('INFO', 'replication'))).toContain('master_link_status:up')
    },
    { timeout: 20_000, interval: 50 },
  )
}
