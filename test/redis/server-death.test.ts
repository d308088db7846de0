import { serverDeath } from '../bodies/server-death.ts'
import { PrivateRedis } from '../servers/private-redis.ts'
import { describeRedis, redisStageOn } from './redis-stage.ts'

/**
 * `always`, as `everysec` may answer before it writes: while an fsync is slow, it puts the write off for up to 2 s
 * (`flushAppendOnlyFile` of Redis 7.0; on a busy disk 1 of 4 runs of ten kills lost an acknowledged job).
 */
const KEPT = { appendonly: 'yes', appendfsync: 'always' } as const

describeRedis(() =>
  serverDeath('redis', async ({ persistent, ...wanted }) => {
    const server = await PrivateRedis.start(persistent ? KEPT : {})
    const stage = await redisStageOn(server.url)(wanted)
    return {
      ...stage,
      kill: () => server.kill(),
      start: () => server.start(),
      wipe: async () => void (await server.command('FLUSHALL')),
      end: () => server[Symbol.asyncDispose](),
    }
  }),
)
