import { randomUUID } from 'node:crypto'
import { conformance } from '@hotline/conformance'
import { redis } from '@hotline/redis'
import { describe, test } from 'vitest'
import { REDIS_URL, removeNamespace } from './redis/redis-stage.ts'
import { addressOf, urlTo } from './server-address.ts'
import { LEASE_MS } from './stage.ts'

if (REDIS_URL === '') describe.skip('redis conforms', () => {})
else
  await conformance({
    name: 'redis',
    // They mostly wait for leases: five at a time they take 43 s, with leases of 3 s, instead of 91 s.
    runner: { describe: describe.concurrent, test },
    create: async ({ leaseMs, retentionMs }) => {
      // With five at a time and leases of 1 s, some lapsed while four other processes kept both cores busy.
      const lease = Math.max(LEASE_MS, leaseMs)
      const data = { namespace: `test.${randomUUID()}`, lease, retention: retentionMs }
      return {
        connect: (options) => redis({ ...data, url: urlTo(REDIS_URL, options?.address) }),
        address: addressOf(REDIS_URL, 6379),
        holder: {
          module: new URL('./redis/transport-holder.ts', import.meta.url),
          data: { ...data, url: REDIS_URL },
        },
        destroy: () => removeNamespace(REDIS_URL, data.namespace),
      }
    },
  })
