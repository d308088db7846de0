import { randomUUID } from 'node:crypto'
import { conformance } from '@hotline/conformance'
import { redis } from '@hotline/redis'
import { describe, test } from 'vitest'
import { REDIS_URL, removeNamespace, urlTo } from './redis/redis-stage.ts'

if (REDIS_URL === '') describe.skip('redis conforms', () => {})
else
  await conformance({
    name: 'redis',
    runner: { describe, test },
    create: async ({ leaseMs, retentionMs }) => {
      const { hostname, port } = new URL(REDIS_URL)
      const data = { namespace: `test.${randomUUID()}`, lease: leaseMs, retention: retentionMs }
      return {
        connect: (options) => redis({ ...data, url: urlTo(REDIS_URL, options?.address) }),
        address: { host: hostname, port: Number(port || 6379) },
        holder: {
          module: new URL('./redis/transport-holder.ts', import.meta.url),
          data: { ...data, url: REDIS_URL },
        },
        destroy: () => removeNamespace(REDIS_URL, data.namespace),
      }
    },
  })
