import type {
  AppendOutcome,
  DeadFrame,
  HotlineEvent,
  JobId,
  JobLog,
  JobQuery,
  ProposedEvent,
  ProposedNotice,
  Sighting,
  StreamGap,
  SubscribeOptions,
} from '@hotline/core'
import { isFinal, matchesQuery } from '@hotline/core'
import type { BrokerClock } from './broker-clock.ts'
import type { AgedEvent, EventShelf, Position } from './event-shelf.ts'
import { cursorOf, isAfter, positionOf } from './event-shelf.ts'
import type { Fold } from './fold.ts'
import type { JobStore } from './job-store.ts'
import type { LogWriter } from './log-writer.ts'
import type { PulseLine } from './pulse-line.ts'

/** What the log works with. */
export interface LogDesk {
  readonly store: JobStore
  readonly writer: LogWriter
  readonly pulses: PulseLine
  readonly clock: BrokerClock
  readonly fold: () => Fold
  readonly shelf: () => EventShelf
  /** What the log holds after a position, read from the stream again, up to where it ends now. */
  readonly replay: (after: Position, signal: AbortSignal) => AsyncIterable<AgedEvent>
  readonly retentionMs: number
  readonly closed: AbortSignal
}

/** Jobs of a list that are looked up at once: to read one back takes some 35 ms, nearly all of it waiting. */
const AT_ONCE = 20
const BEGINNING: Position = { offset: -1, index: 0 }

/** The log as the port wants it. */
export class RabbitMQLog implements JobLog {
  readonly #desk: LogDesk

  constructor(desk: LogDesk) {
    this.#desk = desk
  }

  append(events: readonly ProposedEvent[]): Promise<AppendOutcome> {
    return this.#desk.store.append(events, 'append')
  }

  async note(notice: ProposedNotice): Promise<void> {
    await this.#desk.writer.write({ kind: 'notice', notice }, { what: 'note', patience: 'answer' })
  }

  get(id: JobId): Promise<Sighting | undefined> {
    return this.#desk.store.get(id)
  }

  async *list(query: JobQuery): AsyncGenerator<Sighting> {
    const { pulses, store, fold } = this.#desk
    await pulses.beat('list jobs')
    const isOpen = query.state !== undefined && !isFinal(query.state)
    const whole = [...fold().jobs].flatMap(([id, job]) => (isOpen && isFinal(job.record.state) ? [] : [id]))
    const ids = isOpen ? whole : [...whole, ...fold().ended.places.keys()]
    // An id tells its age.
    const newestFirst = ids.toSorted().toReversed()
    for (let from = 0; from < newestFirst.length; from += AT_ONCE) {
      const seen = await Promise.all(newestFirst.slice(from, from + AT_ONCE).map((id) => store.see(id)))
      for (const sighting of seen) if (sighting !== undefined && matchesQuery(sighting, query)) yield sighting
    }
  }

  async dead(): Promise<readonly DeadFrame[]> {
    await this.#desk.pulses.beat('list what is dead')
    return [...this.#desk.fold().dead]
  }

  async subscribe(options: SubscribeOptions): Promise<AsyncIterable<HotlineEvent>> {
    const { pulses, fold, closed } = this.#desk
    const { from, jobId } = options
    const given = from === 'start' || from === 'now' ? undefined : positionOf(from)
    await pulses.beat('subscribe')
    const end = { offset: fold().offset, index: Number.POSITIVE_INFINITY }
    const signal = AbortSignal.any([options.signal, closed])
    return this.#follow(given ?? (from === 'now' ? end : BEGINNING), given !== undefined, signal, jobId)
  }

  async *#follow(
    start: Position,
    isCursor: boolean,
    signal: AbortSignal,
    jobId: JobId | undefined,
  ): AsyncGenerator<HotlineEvent> {
    const { clock, retentionMs } = this.#desk
    const { first = 0, offset } = this.#desk.fold()
    const { now } = clock
    const reader = new Place(start, isCursor, { offset, since: now - retentionMs })
    if (isCursor && start.offset > offset) yield reader.jump(BEGINNING, now)
    else if (isCursor && start.offset < first - 1) yield reader.jump({ offset: first - 1, index: 0 }, now)
    while (!signal.aborted) {
      const { goneTo } = this.#desk.shelf()
      if (goneTo !== undefined && isAfter(goneTo, reader.position)) {
        for await (const aged of this.#desk.replay(reader.position, signal))
          yield* this.#told(reader, aged, jobId)
        // The broker has dropped it meanwhile.
        if (isAfter(goneTo, reader.position)) reader.skip(goneTo)
        continue
      }
      const aged = this.#desk.shelf().after(reader.position)
      if (aged !== undefined) {
        yield* this.#told(reader, aged, jobId)
        continue
      }
      // All that followed the cursor has aged out: its reader hears so before anything new comes.
      const gap = reader.gap(clock.now)
      if (gap === undefined) await this.#desk.shelf().more(signal)
      else yield gap
    }
  }

  /** The event if it is kept and wanted, after the gap that it ends. */
  *#told(reader: Place, { event, age }: AgedEvent, jobId: JobId | undefined): Generator<HotlineEvent> {
    const position = positionOf(event.cursor)
    if (reader.isTooLateFor(position, age)) {
      reader.skip(position)
      return
    }
    const gap = reader.gap(this.#desk.clock.now)
    reader.position = position
    if (gap !== undefined) yield gap
    if (jobId === undefined || ('jobId' in event && event.jobId === jobId)) yield event
  }
}

/** The log as a reader found it: where it ended, and since when it was kept, in ms since 1970. */
interface Began {
  readonly offset: number
  readonly since: number
}

/** Where a reader is, and what it has missed. */
class Place {
  position: Position
  readonly #began: Began
  /** Events before the first one told are missed only by who came with a cursor. */
  #isTold: boolean
  #missedFrom: Position | undefined

  constructor(position: Position, isTold: boolean, began: Began) {
    this.position = position
    this.#began = began
    this.#isTold = isTold
  }

  /** Whether it had aged out when the reader began. What was kept then is told, however slow the reader is. */
  isTooLateFor({ offset }: Position, age: number): boolean {
    return offset <= this.#began.offset && age < this.#began.since
  }

  /** What lies there has aged out. */
  skip(position: Position): void {
    if (this.#isTold) this.#missedFrom ??= this.position
    this.position = position
  }

  gap(at: number): StreamGap | undefined {
    this.#isTold = true
    const from = this.#missedFrom
    this.#missedFrom = undefined
    return from === undefined ? undefined : gapOf(from, this.position, at)
  }

  /** What the cursor speaks of is no longer there: the broker dropped it, or the log is another one. */
  jump(to: Position, at: number): StreamGap {
    const from = this.position
    this.position = to
    this.#isTold = false
    return gapOf(from, to, at)
  }
}

function gapOf(from: Position, to: Position, at: number): StreamGap {
  return { v: 1, type: 'stream.gap', at, from: cursorOf(from), cursor: cursorOf(to) }
}
