/**
 * What the log adds up to: the one place where an offer becomes a fact. A pure function of the entries in their order, but
 * for `heardAt`, by which a process knows how long ago it heard of a lease. So an append is a compare-and-set: write
 * the entry, read it back, and what the fold made of it is what everybody makes of it.
 */
import type {
  DeadFrame,
  HotlineEvent,
  JobId,
  JobRecord,
  LoggedEvent,
  ProposedEvent,
  Verdict,
  WorkerPresence,
} from '@hotline/core'
import { isFinal, parseEvent, parseRecord, reduceAll } from '@hotline/core'
import type { EndedJob } from './ended-jobs.ts'
import { EndedJobs, keyName } from './ended-jobs.ts'
import type { Entry, Offer } from './entry.ts'
import { parseEntry, UnreadableEntry } from './entry.ts'
import type { FoldedJob } from './folded-job.ts'
import { Strangers } from './strangers.ts'

/** A message of the log stream. */
export interface LogMessage {
  readonly offset: number
  readonly text: string
}

/** A worker on the list. */
export interface RolledWorker {
  readonly presence: WorkerPresence
  readonly mark: number
  heardAt: number
}

/** What an entry led to. */
export interface Applied {
  readonly entry: Entry | undefined
  readonly offset: number
  /** For events. */
  readonly verdict?: Verdict | undefined
  readonly events: readonly HotlineEvent[]
  /** The job whose record is another one now. */
  readonly job?: FoldedJob | undefined
  /** The job that was there already, and has ended so long ago that the verdict has no record of it. */
  readonly ended?: EndedJob | undefined
}

type Effect = Omit<Applied, 'entry' | 'offset'>

/** How many frames that nobody can read are remembered. */
const DEAD_LIMIT = 1_000
const SAMPLE_CHARS = 120

type EventsOffer = Offer & { readonly kind: 'events' }
type KeepOffer = Offer & { readonly kind: 'keep' }

/** Folds entries. One per session, and one per reader that replays what the session no longer has. */
export class Fold {
  readonly jobs: Map<JobId, FoldedJob> = new Map()
  /** Those with a lease. */
  readonly running: Map<JobId, FoldedJob> = new Map()
  readonly paused: Set<string> = new Set()
  readonly roll: Map<string, RolledWorker> = new Map()
  readonly dead: DeadFrame[] = []
  readonly ended: EndedJobs = new EndedJobs()
  /** Of the latest entry folded. */
  offset = -1
  /** Of the first entry that was still there. */
  first: number | undefined
  /** The latest time that an entry told: how old this place of the log is, whatever a single entry says. */
  newest = 0
  readonly #keys = new Map<string, JobId>()
  readonly #strangers = new Strangers()
  readonly #accepted: number | undefined
  /** The last entry of each session: what comes with a lower number was sent twice. */
  readonly #counts = new Map<string, number>()

  /** @param accepted the offset of a `keep` of which another fold knows that it counts */
  constructor(accepted?: number) {
    this.#accepted = accepted
  }

  apply({ offset, text }: LogMessage): Applied {
    this.offset = offset
    this.first ??= offset
    let entry: Entry | undefined
    try {
      entry = parseEntry(text)
      if ((this.#counts.get(entry.by) ?? -1) >= entry.n) return { entry: undefined, offset, events: [] }
      this.#counts.set(entry.by, entry.n)
      this.newest = Math.max(this.newest, entry.at)
      const effect = this.#take(entry, offset)
      if (effect.job !== undefined) effect.job.chars += text.length
      return { entry, offset, ...effect }
    } catch (error) {
      this.#bury(offset, text, error, entry?.at)
      return { entry, offset, events: [] }
    }
  }

  /** `undefined` where it was never enqueued, or is forgotten at `at`. */
  find(id: JobId, at: number): FoldedJob | undefined {
    const job = this.jobs.get(id)
    return job === undefined || isForgotten(job.record, at) ? undefined : job
  }

  /** Lets go of what is forgotten at `at`. */
  forget(at: number): void {
    for (const [id, { record }] of this.jobs) {
      if (!isForgotten(record, at)) continue
      this.jobs.delete(id)
      this.#release(id, keyName(record))
    }
    for (const { id, keyName } of this.ended.forget(at)) this.#release(id, keyName)
  }

  /** Nobody could be heard for a while, so nobody counts as silent for it. */
  pardon(): void {
    const heardAt = performance.now()
    for (const job of this.running.values()) job.heardAt = heardAt
    for (const worker of this.roll.values()) worker.heardAt = heardAt
  }

  #take({ offer, at }: Entry, offset: number): Effect {
    switch (offer.kind) {
      case 'events':
        return this.#change(offer, at, offset)
      case 'notice':
        return { events: logged([JSON.stringify({ v: 1, at, ...offer.notice })], offset) }
      case 'switch':
        return { events: this.#switch(offer, at, offset) }
      case 'pulse':
        for (const [id, attempt] of offer.leases) this.#extend(id, attempt, offset)
        return { events: [] }
      case 'beat':
        this.roll.set(offer.presence.worker, {
          presence: { ...offer.presence, seenAt: at },
          mark: offset,
          heardAt: performance.now(),
        })
        return { events: [] }
      case 'leave':
        this.roll.delete(offer.worker)
        return { events: [] }
      case 'say':
        return { events: [] }
      case 'silence':
        return { events: this.#strike(offer, at, offset) }
      case 'keep':
        return this.#keep(offer, at, offset)
    }
  }

  #change(offer: EventsOffer, at: number, offset: number): Effect {
    const id = offer.events[0]?.jobId ?? ''
    const known = this.find(id, at)
    if (known === undefined) this.#strangers.meet(id, offset)
    else known.changedAt = offset
    const refused = this.#refusal(offer, known, at)
    if (refused !== undefined) return { events: [], ...refused }
    const verdict = reduceAll(known?.record, offer.events, at)
    const events = logged(
      verdict.events.map((event) => JSON.stringify(event)),
      offset,
    )
    if (verdict.record === undefined || verdict.record === known?.record) return { verdict, events }
    const job = this.#store(verdict.record, known, at, offset)
    return { verdict, events, job }
  }

  /** What an offer asks for beyond what the reducer knows. */
  #refusal(offer: EventsOffer, known: FoldedJob | undefined, at: number): Omit<Effect, 'events'> | undefined {
    if (known === undefined) return this.#twin(offer.events[0], at)
    const isClosed = offer.claim === true && this.paused.has(known.record.queue)
    const isHeard = offer.mark !== undefined && offer.mark !== known.mark
    return isClosed || isHeard
      ? { verdict: { accepted: false, why: 'wrong-state', record: known.record, events: [] } }
      : undefined
  }

  /** The job that is meant, or has the same key, and is not among those that the fold has whole. */
  #twin(first: ProposedEvent | undefined, at: number): Omit<Effect, 'events'> | undefined {
    if (first === undefined) return undefined
    const name = first.type === 'job.queued' ? keyName(first) : undefined
    const id = name === undefined ? first.jobId : (this.#keys.get(name) ?? first.jobId)
    const record = this.find(id, at)?.record
    const ended = this.ended.find(id, at)
    if (record === undefined && ended === undefined) return undefined
    const why = first.type === 'job.queued' ? 'already-exists' : 'final'
    return { verdict: { accepted: false, why, record, events: [] }, ended }
  }

  #store(record: JobRecord, known: FoldedJob | undefined, at: number, offset: number): FoldedJob {
    // A founding event may be forged; what follows it may rely on the record.
    if (known === undefined) parseRecord(record.id, { record: JSON.stringify(record), start: '' })
    const job = known ?? { record, offset, keptAt: at, mark: offset, changedAt: offset, heardAt: 0, chars: 0 }
    const isEnd = isFinal(record.state) && !isFinal(job.record.state)
    const isStart = record.state === 'running' && job.record.attempt !== record.attempt
    job.record = record
    if (isStart) {
      job.mark = offset
      job.heardAt = performance.now()
    }
    this.jobs.set(record.id, job)
    if (record.state === 'running') this.running.set(record.id, job)
    else this.running.delete(record.id)
    const name = keyName(record)
    if (known === undefined && name !== undefined) this.#keys.set(name, record.id)
    if (isEnd) for (const slimmed of this.ended.add(job, offset)) this.jobs.delete(slimmed.record.id)
    return job
  }

  #extend(id: JobId, attempt: number, offset: number): void {
    const job = this.running.get(id)
    if (job?.record.attempt !== attempt) return
    job.mark = offset
    job.heardAt = performance.now()
  }

  #switch(
    { queue, paused }: Offer & { kind: 'switch' },
    at: number,
    offset: number,
  ): readonly HotlineEvent[] {
    if (this.paused.has(queue) === paused) return []
    if (paused) this.paused.add(queue)
    else this.paused.delete(queue)
    const type = paused ? 'queue.paused' : 'queue.resumed'
    return logged([JSON.stringify({ v: 1, at, type, queue })], offset)
  }

  #strike(
    { worker, mark }: Offer & { kind: 'silence' },
    at: number,
    offset: number,
  ): readonly HotlineEvent[] {
    const known = this.roll.get(worker)
    if (known?.mark !== mark) return []
    this.roll.delete(worker)
    const { seenAt: lastSeen } = known.presence
    return logged([JSON.stringify({ v: 1, at, type: 'worker.lost', worker, lastSeen })], offset)
  }

  /**
   * A fold that begins behind the job's first entry has only this record of it. So it counts for all or for none: if
   * nothing was offered to the job since `asOf`, and for a fold that has read everything since. (docs/rabbitmq-protocol.md)
   */
  #keep(offer: KeepOffer, at: number, offset: number): Effect {
    const id = String(Reflect.get(Object(JSON.parse(offer.record)), 'id'))
    const known = this.jobs.get(id)
    if (this.ended.places.has(id) || !this.#isCurrent(id, offer, offset)) return { events: [] }
    const record = known?.record ?? parseRecord(id, { record: offer.record, start: '' })
    if (isFinal(record.state)) return { events: [] }
    const job = this.#store(record, known, at, offset)
    job.offset = offset
    job.keptAt = at
    job.mark = offset
    if (known === undefined) job.heardAt = performance.now()
    // Jobs stand in the order in which they were kept last.
    this.jobs.delete(id)
    this.jobs.set(id, job)
    return { events: [], job }
  }

  #isCurrent(id: JobId, { asOf }: KeepOffer, offset: number): boolean {
    const changedAt = this.jobs.get(id)?.changedAt ?? this.#strangers.metAt(id)
    return offset === this.#accepted || (changedAt <= asOf && (this.first ?? 0) <= asOf + 1)
  }

  #release(id: JobId, name: string | undefined): void {
    if (name !== undefined && this.#keys.get(name) === id) this.#keys.delete(name)
  }

  #bury(offset: number, text: string, error: unknown, at: number | undefined): void {
    const reason = error instanceof Error ? error.message : String(error)
    this.dead.unshift({
      ...{ key: `log at offset ${offset}`, reason, at: at ?? Date.now() },
      sample: text.slice(0, SAMPLE_CHARS),
    })
    if (this.dead.length > DEAD_LIMIT) this.dead.pop()
  }
}

/** As readers get them. @throws UnreadableEntry for what the reducer made of a forged offer */
function logged(texts: readonly string[], offset: number): readonly HotlineEvent[] {
  return texts.map((text, index) => {
    const event: LoggedEvent | undefined = parseEvent(text)
    if (event === undefined) throw new UnreadableEntry('what it offers lacks what its type has')
    return { ...event, cursor: `${offset}.${index}` }
  })
}

function isForgotten({ finishedAt, limits }: JobRecord, at: number): boolean {
  return finishedAt !== undefined && at >= finishedAt + limits.retentionMs
}
