import { randomUUID } from 'node:crypto'
import { conformance } from '@hotline/conformance'
import { rabbitmq } from '@hotline/rabbitmq'
import { describe, test } from 'vitest'
import { RABBITMQ_URL, removeNamespace } from './rabbitmq/rabbitmq-stage.ts'
import { addressOf, urlTo } from './server-address.ts'
import { LEASE_MS } from './stage.ts'

if (RABBITMQ_URL === '') describe.skip('rabbitmq conforms', () => {})
else
  await conformance({
    name: 'rabbitmq',
    // They mostly wait for leases, as on the other backends.
    runner: { describe: describe.concurrent, test },
    create: async ({ leaseMs, retentionMs }) => {
      const lease = Math.max(LEASE_MS, leaseMs)
      const data = { namespace: `test.${randomUUID()}`, lease, retention: retentionMs }
      return {
        connect: (options) => rabbitmq({ ...data, url: urlTo(RABBITMQ_URL, options?.address) }),
        address: addressOf(RABBITMQ_URL, 5672),
        holder: {
          module: new URL('./rabbitmq/transport-holder.ts', import.meta.url),
          data: { ...data, url: RABBITMQ_URL },
        },
        destroy: () => removeNamespace(RABBITMQ_URL, data.namespace),
      }
    },
  })
