import { memory, memoryBackend } from '@hotline/core'
import type { CreateStage } from '../stage.ts'

/** A memory backend; each connection is a transport of its own on it. */
export const memoryStage: CreateStage = async ({ leaseMs, retentionMs }) => {
  const backend = memoryBackend({ lease: leaseMs, retention: retentionMs })
  return { connect: () => memory({ backend }), end: async () => {} }
}
