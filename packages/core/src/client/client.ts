import { ClosedError, InvalidOptionError, KeyConflictError } from '../error.ts'
import type { JobId } from '../job/job-id.ts'
import type { Logger } from '../logger.ts'
import type { Explanation } from '../observe/explanation.ts'
import { checkName } from '../task/name.ts'
import { checkOptions } from '../task/option-names.ts'
import type { Task, TaskTypes } from '../task/task.ts'
import { loadTracing } from '../telemetry/tracing.ts'
import { asTransportError } from '../transport/as-transport-error.ts'
import { checkTransport } from '../transport/check-transport.ts'
import type { WorkerPresence } from '../transport/presence.ts'
import { closeShared, openShared } from '../transport/share.ts'
import type { DeadFrame, EnqueueOutcome, NewJob, Transport } from '../transport/transport.ts'
import { ANY_TASK } from './any-task.ts'
import { BulkEnqueue } from './bulk-enqueue.ts'
import { ClientEvents } from './client-events.ts'
import { EnqueueBatch } from './enqueue-batch.ts'
import type { EnqueueOptions } from './enqueue-options.ts'
import { enqueueSite } from './enqueue-site.ts'
import { EventFeed } from './event-feed.ts'
import { explainJob } from './explain-job.ts'
import { draftJob } from './job-draft.ts'
import { JobHandle } from './job-handle.ts'
import type { JobHome } from './job-home.ts'
import { type JobsOptions, readJobsOptions } from './jobs-options.ts'

/** Options of `createClient`. */
export interface ClientOptions {
  /** Where the jobs live: `memory()`, or an adapter's. It may be shared with a worker of this process. */
  readonly transport: Transport
  /** Shaped like pino. Default silent; then an outage that nobody listens to is a warning of the process. */
  readonly logger?: Logger | undefined
}

/** One job of a bulk enqueue: its input, and what it has of its own beyond the options given for all. */
export interface BulkItem<Input> {
  readonly input: Input
  readonly options?: EnqueueOptions | undefined
}

const OUTAGE = 'the events of the log cannot be read; subscribing again until they can'

/** Makes a client. It connects at its first call. @throws InvalidOptionError */
export function createClient(options: ClientOptions): Client {
  return new Client(options)
}

/**
 * The producer's and the observer's side. Every call connects first if need be; TransportError and BackpressureError
 * mean that the backend did not take it, ClosedError that `close` was called.
 */
export class Client implements AsyncDisposable {
  /** All events of all jobs and workers, on by default. */
  readonly events: ClientEvents
  readonly #transport: Transport
  readonly #logger: Logger | undefined
  readonly #closing = new AbortController()
  readonly #feed: EventFeed
  readonly #batch: EnqueueBatch
  readonly #home: JobHome
  /** Subscriptions that are being attached: an `enqueue` waits for them, so that they see its events. */
  readonly #attaching = new Set<Promise<unknown>>()
  #opened: Promise<void> | undefined
  #closed: Promise<void> | undefined

  constructor(options: ClientOptions) {
    checkOptions('createClient', options, ['transport', 'logger'])
    this.#transport = checkTransport(options.transport)
    this.#logger = options.logger
    this.#batch = new EnqueueBatch(this.#transport.queue)
    this.#home = this.#createHome()
    this.events = new ClientEvents({
      listen: () => void this.#attach(this.#feed.keepReady()),
      subscribe: (wanted) => this.#attach(this.#tellingOf(this.#home.subscribe(wanted))),
    })
    this.#feed = new EventFeed(this.#transport, {
      open: () => this.#open('listen to events'),
      onEvent: (event) => this.events.emit(event),
      onOutage: (error) => this.#tell(error),
    })
  }

  /**
   * Stores a job, and resolves when the backend has confirmed it. With a `key`, the same key and input give the same job.
   * @throws ValidationError, SerializationError, PayloadTooLargeError, InvalidOptionError before anything is stored;
   * KeyConflictError; TransportError, BackpressureError, ClosedError
   */
  async enqueue<T extends TaskTypes>(
    task: Task<T>,
    input: T['input'],
    options?: EnqueueOptions,
  ): Promise<JobHandle<T>> {
    const site = enqueueSite(this.enqueue)
    const job = await draftJob(task, input, { limits: this.#transport.limits, options, site })
    await this.#ready('enqueue')
    return this.#handleOf(task, job, await this.#batch.add(job))
  }

  /**
   * Stores a job per item, in order. Of the items, 256 are held at a time at most; of the jobs, the handles that it returns.
   * @throws BulkEnqueueError with the item that stopped it, what is stored, and where to go on
   */
  async enqueueMany<T extends TaskTypes>(
    task: Task<T>,
    items: Iterable<BulkItem<T['input']>> | AsyncIterable<BulkItem<T['input']>>,
    options: EnqueueOptions = {},
  ): Promise<readonly JobHandle<T>[]> {
    const { limits, queue } = this.#transport
    const site = enqueueSite(this.enqueueMany)
    const traceparent = options.traceparent ?? (await loadTracing()).current()
    const bulk = new BulkEnqueue(task.name, queue, (job, outcome) => this.#handleOf(task, job, outcome))
    await this.#ready('enqueue')
    for await (const item of items) {
      const own = { ...options, traceparent, ...item.options }
      await bulk.add(() => draftJob(task, item.input, { limits, options: own, site }))
    }
    return bulk.end()
  }

  /** The job of an id, from any process, at any time; its state may be `unknown` or `forgotten`. */
  handle<T extends TaskTypes>(task: Task<T>, id: JobId): Promise<JobHandle<T>>
  /** The job of an id whose task is not known here: payloads are plain JSON. */
  handle(id: JobId): Promise<JobHandle>
  async handle(taskOrId: Task | JobId, id?: JobId): Promise<JobHandle> {
    const [task, wanted] = typeof taskOrId === 'string' ? [ANY_TASK, taskOrId] : [taskOrId, id]
    if (typeof wanted !== 'string') {
      throw new InvalidOptionError({
        option: 'id',
        problem: `A job id is a text, not ${typeof wanted}.`,
        cure: 'Give the `id` of a handle.',
      })
    }
    return new JobHandle(task, wanted, this.#home, await this.#home.look(wanted))
  }

  /**
   * Why a job is not running, or what it does: see {@link Explanation}; `explanationText` makes sentences of it. Looks at
   * the job, its queue, the workers and recent runs, and takes some seconds at most where there are very many.
   */
  async explain(id: JobId): Promise<Explanation> {
    await this.#ready('explain a job')
    return explainJob(this.#transport, id)
  }

  /** What in the backend no hotline of this version could read, newest first: set aside, so that it harms nobody. */
  async dead(): Promise<readonly DeadFrame[]> {
    await this.#ready('list what is dead')
    return this.#transport.log.dead()
  }

  /** The jobs that the backend knows and that fit, newest first. */
  async *jobs(options: JobsOptions = {}): AsyncGenerator<JobHandle> {
    const { query, limit } = readJobsOptions(options)
    await this.#ready('list jobs')
    let count = 0
    if (limit <= 0) return
    for await (const sighting of this.#transport.log.list(query)) {
      yield new JobHandle(ANY_TASK, sighting.record.id, this.#home, sighting)
      if (++count >= limit) return
    }
  }

  /** The workers whose heartbeats are current, with what each of their slots does. */
  async workers(): Promise<readonly WorkerPresence[]> {
    await this.#ready('list workers')
    return this.#transport.control.workers()
  }

  /** Keeps the queue's jobs from starting, on all workers; what runs goes on. */
  async pause(queue: string): Promise<void> {
    checkName('queue', queue)
    await this.#ready('pause a queue')
    await this.#transport.queue.pause(queue)
  }

  async resume(queue: string): Promise<void> {
    checkName('queue', queue)
    await this.#ready('resume a queue')
    await this.#transport.queue.resume(queue)
  }

  /** The queues that are paused. */
  async paused(): Promise<readonly string[]> {
    await this.#ready('list paused queues')
    return this.#transport.queue.paused()
  }

  /** Ends streams, rejects pending `result` calls with ClosedError, and leaves the transport. Jobs go on. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#closing.abort(new ClosedError({ what: 'client', call: 'wait any longer' }))
    this.#feed.close()
    this.events.clear()
    if (this.#opened === undefined) return
    await this.#opened.catch(() => {}) // told to whoever made the call
    await closeShared(this.#transport)
  }

  /** Connects, once; anew after a failure. */
  #open(call: string): Promise<void> {
    if (this.#closed !== undefined) throw new ClosedError({ what: 'client', call })
    this.#opened ??= openShared(this.#transport).catch((error: unknown) => {
      this.#opened = undefined
      throw error
    })
    return this.#opened
  }

  /** Connected, and everything that has begun to listen does. */
  async #ready(call: string): Promise<void> {
    await this.#open(call)
    while (this.#attaching.size > 0) await Promise.allSettled(this.#attaching)
    if (this.#closed !== undefined) throw new ClosedError({ what: 'client', call })
  }

  #attach<R>(attaching: Promise<R>): Promise<R> {
    const done = attaching.catch(() => {}) // told by whoever began it
    this.#attaching.add(done)
    void done.finally(() => this.#attaching.delete(done))
    return attaching
  }

  #tellingOf<R>(attaching: Promise<R>): Promise<R> {
    attaching.catch((error: unknown) => this.#tell(error))
    return attaching
  }

  /** A wrong cursor is no outage: whoever gave it is told. */
  #tell(error: unknown): void {
    if (error instanceof ClosedError || error instanceof InvalidOptionError) return
    const outage = asTransportError(this.#transport.name, error)
    const isHeard = this.events.emitError(outage)
    if (this.#logger !== undefined) this.#logger.warn({ err: outage, transport: outage.transport }, OUTAGE)
    else if (!isHeard) process.emitWarning(outage)
  }

  #handleOf<T extends TaskTypes>(
    task: Task<T>,
    { queued }: NewJob,
    outcome: EnqueueOutcome | undefined,
  ): JobHandle<T> {
    if (outcome === undefined)
      throw new Error(`${this.#transport.name} answered for fewer jobs than it was given.`)
    const { record, created } = outcome
    if (!created && record.digest !== queued.digest) {
      throw new KeyConflictError({ task: task.name, key: queued.key ?? record.id, jobId: record.id })
    }
    const facts = { jobId: record.id, task: task.name, queue: record.queue }
    this.#logger?.debug(facts, created ? 'enqueued a job' : 'found a job by its key')
    return new JobHandle(task, record.id, this.#home, { record, observedAt: record.updatedAt })
  }

  #createHome(): JobHome {
    const transport = this.#transport
    return {
      source: transport.name,
      limits: transport.limits,
      closed: this.#closing.signal,
      now: Date.now,
      look: async (id) => {
        await this.#open('look at a job')
        return transport.log.get(id)
      },
      append: async (events) => {
        await this.#ready('append')
        return transport.log.append(events)
      },
      broadcast: async (message) => {
        await this.#ready('broadcast')
        return transport.control.broadcast(message)
      },
      watch: async (id, onEvent) => {
        const unwatch = this.#feed.watch(id, onEvent)
        try {
          await this.#attach(this.#feed.ready())
          return unwatch
        } catch (error) {
          unwatch()
          throw error
        }
      },
      subscribe: async (options) => {
        await this.#open('subscribe')
        const signal = AbortSignal.any([this.#closing.signal, options.signal])
        return transport.log.subscribe({ ...options, signal })
      },
    }
  }
}
