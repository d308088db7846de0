import type { Transport } from '@hotline/core'
import { memory, memoryBackend } from '@hotline/core'
import { jobOf } from './job-draft.ts'

/** A holder module for a process that has no other to share a backend with: it enqueues the job that it takes. */
const backend = memoryBackend({ lease: '300ms' })
const producer = memory({ backend })
await producer.open()
await producer.queue.enqueue([jobOf({}, producer.limits)])
await producer.close()

// biome-ignore lint/style/noDefaultExport: what a holder module exports
export default (data: { readonly broken?: boolean }): Transport => {
  if (data.broken === true) throw new Error('This holder is broken on purpose.')
  return memory({ backend })
}
