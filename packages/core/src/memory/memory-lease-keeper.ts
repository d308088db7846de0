import type { ProposedEvent } from '../job/event.ts'
import type { JobRecord } from '../job/record.ts'
import type { LeaseKeeper, Renewal } from '../transport/held-lease.ts'
import type { AppendOutcome } from '../transport/transport.ts'
import type { MemoryBackend } from './memory-backend.ts'

/** The leases of a backend in this process. */
export class MemoryLeaseKeeper implements LeaseKeeper {
  readonly transport = 'memory'
  readonly #backend: MemoryBackend

  constructor(backend: MemoryBackend) {
    this.#backend = backend
  }

  async extend({ id, attempt }: JobRecord): Promise<Renewal> {
    const stored = this.#backend.find(id)
    if (stored === undefined) return { lost: 'the job is gone' }
    const { record } = stored
    const isHeld = record.state === 'running' && record.attempt === attempt
    if (!isHeld) return { lost: `the job is ${record.state}, at attempt ${record.attempt}` }
    this.#backend.extend(stored)
    return { record }
  }

  async settle(_job: JobRecord, _seen: JobRecord, outcome: readonly ProposedEvent[]): Promise<AppendOutcome> {
    return this.#backend.append(outcome)
  }
}
