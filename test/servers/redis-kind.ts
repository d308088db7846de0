import { PrivateRedis, probeRedis } from './private-redis.ts'
import type { ServerKind } from './server-kind.ts'

export const redisKind: ServerKind = {
  name: 'Redis',
  variable: 'REDIS_URL',
  localUrl: 'redis://127.0.0.1:6379',
  probe: probeRedis,
  program: 'redis-server',
  startPrivate: async () => {
    const server = await PrivateRedis.start()
    return { url: server.url, stop: () => server[Symbol.asyncDispose]() }
  },
  packages: { 'apt-get': 'redis-server', apk: 'redis' },
  service: 'redis',
}
