import { conformance } from '@hotline/conformance'
import { postgres } from '@hotline/postgres'
import { describe, test } from 'vitest'
import { dropSchema, newSchema, POSTGRES_URL } from './postgres/postgres-stage.ts'
import { addressOf, urlTo } from './server-address.ts'
import { LEASE_MS } from './stage.ts'

if (POSTGRES_URL === '') describe.skip('postgres conforms', () => {})
else
  await conformance({
    name: 'postgres',
    // They mostly wait for leases: five at a time they take 55 s instead of 225 s.
    runner: { describe: describe.concurrent, test },
    create: async ({ leaseMs, retentionMs }) => {
      // Each connection is new and plans each statement once, 20 ms and more of a busy core: no lease is to lapse over that.
      const data = { schema: newSchema(), lease: Math.max(LEASE_MS, leaseMs), retention: retentionMs }
      return {
        connect: (options) => postgres({ ...data, connectionString: urlTo(POSTGRES_URL, options?.address) }),
        address: addressOf(POSTGRES_URL, 5432),
        holder: {
          module: new URL('./postgres/transport-holder.ts', import.meta.url),
          data: { ...data, connectionString: POSTGRES_URL },
        },
        destroy: () => dropSchema(POSTGRES_URL, data.schema),
      }
    },
  })
