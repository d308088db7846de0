import { Redis } from 'ioredis'
import { proved } from '../bodies/proved.ts'
import { PrivateRedis } from '../servers/private-redis.ts'
import { describeRedis } from './redis-stage.ts'

describeRedis(() =>
  proved('redis', async () => {
    const server = await PrivateRedis.start()
    return {
      url: server.url,
      remains: () => keysOf(server.url),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    }
  }),
)

async function keysOf(url: string): Promise<readonly string[]> {
  const client = new Redis(url)
  try {
    return await client.keys('*')
  } finally {
    client.disconnect()
  }
}
