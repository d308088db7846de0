import { randomUUID } from 'node:crypto'
import { redis } from '@hotline/redis'
import { Redis } from 'ioredis'
import { addressOf, urlTo } from '../server-address.ts'
import { serverSuite } from '../server-suite.ts'
import type { CreateStage } from '../stage.ts'

/** The Redis of this test run; `servers/setup.ts` found it. Empty where there is none, and the tests are left out. */
export const REDIS_URL: string = process.env.REDIS_URL ?? ''

export const describeRedis: (body: () => void) => void = serverSuite('redis', REDIS_URL !== '')

/** A namespace of its own on a server; each connection is a transport of its own. */
export function redisStageOn(url: string): CreateStage {
  return async ({ leaseMs, retentionMs }) => {
    const settings = { namespace: `test.${randomUUID()}`, lease: leaseMs, retention: retentionMs }
    return {
      connect: (address) => redis({ ...settings, url: urlTo(url, address) }),
      end: () => removeNamespace(url, settings.namespace),
      address: addressOf(url, 6379),
    }
  }
}

export const redisStage: CreateStage = redisStageOn(REDIS_URL)

/** Deletes all keys of a namespace. */
export async function removeNamespace(url: string, namespace: string): Promise<void> {
  const client = new Redis(url)
  try {
    for await (const keys of client.scanStream({ match: `{hotline:${namespace}}:*`, count: 500 }))
      if (keys.length > 0) await client.unlink(keys)
  } finally {
    client.disconnect()
  }
}
