import type { AppendOutcome, JobRecord, LeaseKeeper, ProposedEvent, Renewal } from '@hotline/core'
import type { JobStore } from './job-store.ts'

/** A lease is extended by a pulse, and lost where the fold has its job in other hands. */
export class RabbitMQLeaseKeeper implements LeaseKeeper {
  readonly transport = 'rabbitmq'
  readonly #store: JobStore

  constructor(store: JobStore) {
    this.#store = store
  }

  async extend(job: JobRecord): Promise<Renewal> {
    const record = await this.#store.extend(job.id, job.attempt)
    const lost = lossOf(job, record)
    return lost === undefined ? { record: record ?? job } : { lost }
  }

  settle(_job: JobRecord, _seen: JobRecord, outcome: readonly ProposedEvent[]): Promise<AppendOutcome> {
    return this.#store.append(outcome, 'settle a job')
  }
}

/** Why the lease of that attempt is gone, if this record of its job says so. */
export function lossOf({ attempt }: JobRecord, now: JobRecord | undefined): string | undefined {
  if (now === undefined) return 'the job is gone'
  if (now.state === 'running' && now.attempt === attempt) return undefined
  return `the job is ${now.state}, at attempt ${now.attempt}`
}
