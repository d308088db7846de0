import { rm } from 'node:fs/promises'
import path from 'node:path'
import { conformance } from '@hotline/conformance'
import { sqlite } from '@hotline/sqlite'
import { describe, test } from 'vitest'
import { newFolder } from './sqlite/sqlite-stage.ts'
import { LEASE_MS } from './stage.ts'

await conformance({
  name: 'sqlite',
  // They mostly wait for leases.
  runner: { describe: describe.concurrent, test },
  create: async ({ leaseMs, retentionMs }) => {
    const folder = await newFolder()
    const lease = Math.max(LEASE_MS, leaseMs)
    const data = { file: path.join(folder, 'jobs.db'), lease, retention: retentionMs }
    return {
      connect: () => sqlite(data),
      holder: { module: new URL('./sqlite/transport-holder.ts', import.meta.url), data },
      destroy: () => rm(folder, { recursive: true }),
    }
  },
})
