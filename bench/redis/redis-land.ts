import { redis } from '@hotline/redis'
import { Redis } from 'ioredis'
import type { Land } from '../ground.ts'

/** A namespace of a Redis, with what another process needs to get there. */
export interface RedisLand extends Land {
  readonly options: { readonly url: string; readonly namespace: string }
}

export function redisLand(url: string, name: string): RedisLand {
  const namespace = `bench.${name}.${process.pid}.${Math.random().toString(36).slice(2)}`
  const options = { url, namespace }
  return { options, connect: () => redis(options), clear: () => clear(options) }
}

async function clear({ url, namespace }: RedisLand['options']): Promise<void> {
  const connection = new Redis(url)
  const stream = connection.scanStream({ match: `{hotline:${namespace}}:*`, count: 1000 })
  for await (const keys of stream) if (keys.length > 0) await connection.unlink(...keys)
  connection.disconnect()
}
