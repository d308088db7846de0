import { Redis } from 'ioredis'

/** The Redis that the peers of a contest share: `REDIS_URL`, else the one on this machine. `undefined` if it is silent. */
export async function reachableRedis(): Promise<string | undefined> {
  const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'
  const client = new Redis(url, { lazyConnect: true, connectTimeout: 2000, retryStrategy: () => null })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.ping()
    return url
  } catch {
    return undefined
  } finally {
    client.disconnect()
  }
}

/** @throws Error that says what is missing, for contests that are about nothing else */
export async function needRedis(): Promise<string> {
  const url = await reachableRedis()
  if (url === undefined)
    throw new Error('No Redis is reachable. Start one at localhost:6379, or set REDIS_URL.')
  return url
}
