import type {
  AppendOutcome,
  EnqueueOutcome,
  JobId,
  JobRecord,
  NewJob,
  ProposedEvent,
  Sighting,
} from '@hotline/core'
import { outcomeOf, plainRecord, TransportError } from '@hotline/core'
import type { BrokerClock } from './broker-clock.ts'
import type { EndedJob } from './ended-jobs.ts'
import type { Applied, Fold } from './fold.ts'
import type { FoldedJob } from './folded-job.ts'
import type { InputShelf } from './input-shelf.ts'
import type { LogWriter } from './log-writer.ts'
import type { PulseLine } from './pulse-line.ts'

/** What the store works with. */
export interface StoreDesk {
  /** The fold of now: another one after the log was deleted. */
  readonly fold: () => Fold
  readonly writer: LogWriter
  readonly pulses: PulseLine
  readonly inputs: InputShelf
  readonly clock: BrokerClock
  readonly leaseMs: number
  readonly readBack: (ended: EndedJob) => Promise<JobRecord | undefined>
}

/** Jobs, as the fold has them and the writer changes them. */
export class JobStore {
  readonly #desk: StoreDesk

  constructor(desk: StoreDesk) {
    this.#desk = desk
  }

  /** As this process has read it so far. */
  find(id: JobId): FoldedJob | undefined {
    return this.#desk.fold().find(id, this.#desk.clock.now)
  }

  /** As of all that was appended before this call. */
  async get(id: JobId): Promise<Sighting | undefined> {
    await this.#desk.pulses.beat('get a job')
    return this.see(id)
  }

  /** As this process has read it so far. One that ended a while ago is read back from the log. */
  async see(id: JobId): Promise<Sighting | undefined> {
    const { fold, clock, readBack } = this.#desk
    const job = this.find(id)
    if (job !== undefined) return this.sighting(job)
    const ended = fold().ended.find(id, clock.now)
    const record = ended === undefined ? undefined : await readBack(ended)
    return record === undefined ? undefined : { record: plainRecord(record), observedAt: clock.now }
  }

  sighting({ record, heardAt }: FoldedJob): Sighting {
    const { clock, leaseMs } = this.#desk
    const observedAt = clock.now
    const leaseUntil = observedAt - Math.round(performance.now() - heardAt) + leaseMs
    return { record: plainRecord(record), observedAt, ...(record.state === 'running' ? { leaseUntil } : {}) }
  }

  async append(events: readonly ProposedEvent[], what: string): Promise<AppendOutcome> {
    return answerOf(await this.#desk.writer.write({ kind: 'events', events }, { what, patience: 'answer' }))
  }

  async enqueue({ queued, input }: NewJob): Promise<EnqueueOutcome> {
    const { writer } = this.#desk
    const offer = { kind: 'events', events: [queued], input } as const
    const applied = await writer.write(offer, { what: 'enqueue', patience: 'now' })
    const outcome = answerOf(applied)
    const record = outcome.record ?? (await this.#ended(applied))
    if (record === undefined) throw unreadableError('enqueue')
    return { record, created: outcome.accepted }
  }

  async #ended({ ended }: Applied): Promise<JobRecord | undefined> {
    return ended === undefined ? undefined : (await this.see(ended.id))?.record
  }

  /** Starts a job for a holder, or not. Waits for the answer for as long as it takes. */
  async claim(started: ProposedEvent<'job.started'>): Promise<AppendOutcome> {
    const offer = { kind: 'events', events: [started], claim: true } as const
    return answerOf(await this.#desk.writer.write(offer, { what: 'reserve a job', patience: 'ever' }))
  }

  /** What follows from a lapsed lease, unless it was extended since; or from an expiry. */
  async sweep({ mark, record }: FoldedJob, events: readonly ProposedEvent[]): Promise<void> {
    const isLapse = record.state === 'running'
    const offer = { kind: 'events', events, ...(isLapse ? { mark } : {}) } as const
    await this.#desk.writer.write(offer, { what: 'sweep', patience: 'answer' })
  }

  /** The record after the extension, or as it is if that came too late. */
  async extend(id: JobId, attempt: number): Promise<JobRecord | undefined> {
    await this.#desk.pulses.beat('extend a lease', [id, attempt])
    const job = this.find(id)
    return job === undefined ? undefined : plainRecord(job.record)
  }

  input(job: FoldedJob): Promise<string> {
    return this.#desk.inputs.of(job.offset)
  }
}

function answerOf({ verdict }: Applied): AppendOutcome {
  if (verdict === undefined) throw unreadableError('append')
  return outcomeOf(verdict)
}

function unreadableError(what: string): TransportError {
  return new TransportError({
    transport: 'rabbitmq',
    problem: `what this process wrote to ${what} was set aside as unreadable`,
    cure: 'Look at `hotline jobs --dead`, and check that what was appended is an event of this version.',
  })
}
