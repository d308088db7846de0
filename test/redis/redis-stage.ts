import { randomUUID } from 'node:crypto'
import type { Address } from '@hotline/conformance'
import { redis } from '@hotline/redis'
import { Redis } from 'ioredis'
import { describe } from 'vitest'
import type { CreateStage } from '../stage.ts'

/** The Redis of this test run; `servers/setup.ts` found it. Empty where there is none, and the tests are left out. */
export const REDIS_URL: string = process.env.REDIS_URL ?? ''

/** Tests that need the server. `servers/setup.ts` has said so where there is none, and ends a run in CI. */
export function describeRedis(body: () => void): void {
  if (REDIS_URL === '') describe.skip('redis', body)
  else body()
}

/** A namespace of its own on a server; each connection is a transport of its own. */
export function redisStageOn(url: string): CreateStage {
  return async ({ leaseMs, retentionMs }) => {
    const settings = { namespace: `test.${randomUUID()}`, lease: leaseMs, retention: retentionMs }
    const { hostname, port } = new URL(url)
    return {
      connect: (address) => redis({ ...settings, url: urlTo(url, address) }),
      end: () => removeNamespace(url, settings.namespace),
      address: { host: hostname, port: Number(port || 6379) },
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

/** The same server and user by way of another address, such as a proxy's. */
export function urlTo(original: string, address: Address | undefined): string {
  if (address === undefined) return original
  const url = new URL(original)
  url.hostname = address.host
  url.port = String(address.port)
  return url.href
}
