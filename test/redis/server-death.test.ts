import { serverDeath } from '../bodies/server-death.ts'
import { PrivateRedis } from '../servers/private-redis.ts'
import { describeRedis, redisStageOn } from './redis-stage.ts'

describeRedis(() =>
  serverDeath('redis', async ({ persistent, ...wanted }) => {
    const server = await PrivateRedis.start(persistent ? { appendonly: 'yes' } : {})
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
