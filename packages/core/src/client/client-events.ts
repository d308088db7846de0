import type { TransportError } from '../error.ts'
import type { Cursor, EventOf, EventType, HotlineEvent } from '../events/event.ts'
import { EVENT_TYPES } from '../events/event.ts'
import type { JobId } from '../job/job-id.ts'
import { checkChoice, checkOptions } from '../task/option-names.ts'
import type { SubscribeOptions } from '../transport/transport.ts'
import { SafeEmitter } from './safe-emitter.ts'

/** What a listener gets, by type. `error` = the subscription broke and is being mended; said once per outage. */
export type EventMap = { [T in EventType]: [event: EventOf<T>] } & { error: [error: TransportError] }

export type EventListener<T extends keyof EventMap> = (...args: EventMap[T]) => void

/** Which events a stream yields, and from where. */
export interface StreamOptions<T extends EventType = EventType> {
  /** `start` = the oldest kept, `now` = from this call on, or the cursor of the last event that was seen. Default `now`. */
  readonly from?: Cursor | 'start' | 'now' | undefined
  /** Default all. */
  readonly types?: readonly T[] | undefined
  /** Only jobs of this task. */
  readonly task?: string | undefined
  /** Only this job. */
  readonly jobId?: JobId | undefined
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined
}

/** What the events need of their client. */
export interface EventSource {
  /** Wakes the feed that calls `emit`. */
  listen(): void
  /** Attaches to the log before any later `enqueue` of this client; ends when the client closes. */
  subscribe(options: SubscribeOptions): Promise<AsyncIterable<HotlineEvent>>
}

const STREAM_OPTIONS = ['from', 'types', 'task', 'jobId', 'signal'] as const

/**
 * The events of all jobs and workers, on by default: `on` for listeners in this process, from now on; `stream` for a
 * replay from any cursor. A listener that throws does not disturb the others: its error becomes an uncaught exception.
 */
export class ClientEvents {
  readonly #emitter = new SafeEmitter()
  readonly #source: EventSource

  constructor(source: EventSource) {
    this.#source = source
  }

  /** @throws InvalidOptionError for a type that does not exist; it names the nearest. */
  on<T extends keyof EventMap>(type: T, listener: EventListener<T>): this {
    this.#emitter.on(checkType(type), listener)
    this.#source.listen()
    return this
  }

  /** As `on`, for the first event of the type only. */
  once<T extends keyof EventMap>(type: T, listener: EventListener<T>): this {
    this.#emitter.once(checkType(type), listener)
    this.#source.listen()
    return this
  }

  off<T extends keyof EventMap>(type: T, listener: EventListener<T>): this {
    this.#emitter.off(checkType(type), listener)
    return this
  }

  /**
   * Yields events in the order of the log, from a position that is fixed by this call. Nothing is buffered: a slow
   * reader falls behind in the log, and if what it missed was trimmed, gets a `stream.gap`, whatever `types` says.
   * @throws InvalidOptionError
   */
  stream<T extends EventType = EventType>(
    options: StreamOptions<T> = {},
  ): AsyncIterable<EventOf<T> | EventOf<'stream.gap'>> {
    checkOptions('events.stream', options, STREAM_OPTIONS)
    for (const type of options.types ?? []) checkType(type)
    const stop = new AbortController()
    const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal])
    const events = this.#source.subscribe({ from: options.from ?? 'now', signal, jobId: options.jobId })
    events.catch(() => {}) // told to whoever reads
    return filtered(events, options, stop)
  }

  /** Hands an event to the listeners of its type. Called by the client. */
  emit(event: HotlineEvent): void {
    this.#emitter.emit(event.type, event)
  }

  /** Tells the listeners of an outage, and says whether there are any. Called by the client. */
  emitError(error: TransportError): boolean {
    return this.#emitter.emit('error', error)
  }

  /** Drops all listeners. Called by the client when it closes. */
  clear(): void {
    this.#emitter.removeAllListeners()
  }
}

function checkType<T extends string>(type: T): T {
  return checkChoice('event type', type, [...EVENT_TYPES, 'error'])
}

async function* filtered<T extends EventType>(
  events: Promise<AsyncIterable<HotlineEvent>>,
  { types, task }: StreamOptions<T>,
  stop: AbortController,
): AsyncGenerator<EventOf<T> | EventOf<'stream.gap'>> {
  const wanted: ReadonlySet<string> | undefined = types === undefined ? undefined : new Set(types)
  const isWanted = (event: HotlineEvent): event is EventOf<T> | EventOf<'stream.gap'> => {
    if (event.type === 'stream.gap') return true
    if (wanted !== undefined && !wanted.has(event.type)) return false
    return task === undefined || ('task' in event && event.task === task)
  }
  try {
    for await (const event of await events) if (isWanted(event)) yield event
  } finally {
    stop.abort()
  }
}
