import { PGlite } from '@electric-sql/pglite'
import { conformance } from '@hotline/conformance'
import { postgres } from '@hotline/postgres'
import { describe, test } from 'vitest'
import { newSchema } from './postgres/postgres-stage.ts'

/**
 * One for all tests, as it takes seconds to start: each has a schema of its own. One test at a time, as it runs in this
 * thread: ten thousand jobs of one clause let leases of 3 s of another lapse.
 */
const pglite = await PGlite.create()

await conformance({
  name: 'postgres on PGlite',
  runner: { describe, test },
  create: async ({ leaseMs, retentionMs }) => {
    const data = { schema: newSchema(), lease: leaseMs, retention: retentionMs }
    return {
      connect: () => postgres({ ...data, pglite }),
      destroy: async () => {
        await pglite.exec(
          `drop schema if exists ${data.schema} cascade; drop schema if exists ${data.schema}_boss cascade`,
        )
      },
    }
  },
})
