import { conformance } from '@hotline/conformance'
import { memory, memoryBackend } from '@hotline/core'
import { describe, test } from 'vitest'

await conformance({
  name: 'memory',
  runner: { describe, test },
  create: async ({ leaseMs, retentionMs }) => {
    const backend = memoryBackend({ lease: leaseMs, retention: retentionMs })
    return { connect: () => memory({ backend }), destroy: async () => {} }
  },
})
