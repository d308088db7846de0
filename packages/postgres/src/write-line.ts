/**
 * Appends to one job go one after the other, as two at once would only make each other start again; those that come
 * meanwhile wait, and then go together, in one statement.
 *
 *   idle --append--> writing --another append--> writing, one waits … --written--> writing those that wait, or idle
 */
import type { AppendOutcome, JobId, JobRecord, ProposedEvent } from '@hotline/core'

/** Appends that go together at most. */
const MOST = 50

interface Waiting {
  readonly known: JobRecord | undefined
  readonly events: readonly ProposedEvent[]
  readonly resolve: (outcome: AppendOutcome) => void
  readonly reject: (error: unknown) => void
}

/** Writes appends to a job, of which `known` is the newest record at hand. Answers for each. */
export type WriteBatch = (
  id: JobId,
  known: JobRecord | undefined,
  appends: readonly (readonly ProposedEvent[])[],
) => Promise<readonly AppendOutcome[]>

export class WriteLine {
  readonly #write: WriteBatch
  /** Who waits for each job that is written just now. */
  readonly #waiting = new Map<JobId, Waiting[]>()

  constructor(write: WriteBatch) {
    this.#write = write
  }

  append(id: JobId, known: JobRecord | undefined, events: readonly ProposedEvent[]): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      const one = { known, events, resolve, reject }
      const waiting = this.#waiting.get(id)
      if (waiting !== undefined) waiting.push(one)
      else {
        this.#waiting.set(id, [])
        void this.#run(id, [one])
      }
    })
  }

  async #run(id: JobId, first: readonly Waiting[]): Promise<void> {
    let last: JobRecord | undefined
    for (let batch = first; batch.length > 0; batch = this.#next(id)) last = await this.#send(id, batch, last)
    this.#waiting.delete(id)
  }

  #next(id: JobId): readonly Waiting[] {
    return this.#waiting.get(id)?.splice(0, MOST) ?? []
  }

  /** The record after it, as far as it is known. */
  async #send(
    id: JobId,
    batch: readonly Waiting[],
    last: JobRecord | undefined,
  ): Promise<JobRecord | undefined> {
    const known = batch.reduce((newest, one) => newer(newest, one.known), last)
    try {
      const outcomes = await this.#write(
        id,
        known,
        batch.map(({ events }) => events),
      )
      for (const [index, { resolve, reject }] of batch.entries()) {
        const outcome = outcomes[index]
        if (outcome === undefined) reject(new Error('There are fewer outcomes than appends.'))
        else resolve(outcome)
      }
      return outcomes.at(-1)?.record
    } catch (error) {
      for (const { reject } of batch) reject(error)
      return undefined
    }
  }
}

function newer(one: JobRecord | undefined, other: JobRecord | undefined): JobRecord | undefined {
  return (other?.seq ?? -1) > (one?.seq ?? -1) ? other : one
}
