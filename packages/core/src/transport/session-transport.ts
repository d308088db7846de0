import { ClosedError } from '../error.ts'
import type {
  ControlBus,
  JobLog,
  JobQueue,
  Transport,
  TransportDescription,
  TransportLimits,
} from './transport.ts'

/** What lives from `open` to `close`: connections, leases, a sweeper, and the three parts of the port that use them. */
export interface TransportSession {
  readonly queue: JobQueue
  readonly log: JobLog
  readonly control: ControlBus
  /** Whether calls may come. */
  readonly isOpen: boolean
  open(): Promise<void>
  /** Ends every pending call. Idempotent. */
  close(): Promise<void> | void
}

/** What a transport is, whether open or not. */
export interface TransportFacts {
  readonly name: string
  readonly limits: TransportLimits
  readonly description?: TransportDescription | undefined
}

/**
 * For adapters: a transport that has a session while it is open. Closed, it may be opened anew, with another session;
 * calls that belong to none reject with `ClosedError`.
 *
 *   no session --open--> opening --done--> open --close--> no session
 *                        opening --failed--> no session, and `open` rejects
 */
export abstract class SessionTransport<S extends TransportSession> implements Transport {
  readonly name: string
  readonly limits: TransportLimits
  readonly description?: TransportDescription | undefined
  readonly queue: JobQueue
  readonly log: JobLog
  readonly control: ControlBus
  #session: S | undefined
  #opening: Promise<void> | undefined

  constructor({ name, limits, description }: TransportFacts) {
    this.name = name
    this.limits = Object.freeze({ ...limits })
    this.description = description
    const at = (call: string) => this.at(call)
    this.queue = {
      enqueue: async (jobs, turn) => at('enqueue').queue.enqueue(jobs, turn),
      reserve: async (queues, options) => at('reserve').queue.reserve(queues, options),
      pause: async (queue) => at('pause a queue').queue.pause(queue),
      resume: async (queue) => at('resume a queue').queue.resume(queue),
      paused: async () => at('list paused queues').queue.paused(),
    }
    this.log = {
      append: async (events) => at('append').log.append(events),
      note: async (notice) => at('note').log.note(notice),
      get: async (id) => at('get a job').log.get(id),
      list: (query) => deferred(() => at('list jobs').log.list(query)),
      dead: async () => at('list what is dead').log.dead(),
      subscribe: async (options) => at('subscribe').log.subscribe(options),
    }
    this.control = {
      broadcast: async (message) => at('broadcast').control.broadcast(message),
      listen: async (handler) => at('listen').control.listen(handler),
      beat: async (presence) => at('beat').control.beat(presence),
      leave: async (worker) => at('leave').control.leave(worker),
      workers: async () => at('list workers').control.workers(),
    }
  }

  /** A session that is not open yet. */
  protected abstract begin(): S

  /** The session of now, open or opening. */
  protected get session(): S | undefined {
    return this.#session
  }

  /** The open session, for a call of this name. @throws ClosedError */
  protected at(call: string): S {
    if (this.#session?.isOpen === true) return this.#session
    throw new ClosedError({ what: `${this.name} transport`, call })
  }

  open(): Promise<void> {
    if (this.#opening !== undefined) return this.#opening
    const session = this.begin()
    this.#session = session
    this.#opening = session.open().catch(async (error) => {
      // Closed or not: the next `open` begins anew.
      if (this.#session === session) {
        this.#session = undefined
        this.#opening = undefined
      }
      await session.close()
      throw error
    })
    return this.#opening
  }

  async close(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    this.#opening = undefined
    await session?.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** What throws when a generator is made, throws when it is read. */
async function* deferred<T>(make: () => AsyncIterable<T>): AsyncGenerator<T> {
  yield* make()
}
