import type {
  ControlBus,
  JobLog,
  JobQueue,
  Transport,
  TransportDescription,
  TransportLimits,
} from '@hotline/core'
import { ClosedError } from '@hotline/core'
import type { MakeClient } from './redis-client.ts'
import { RedisSession } from './redis-session.ts'

/** What a Redis transport is made of. */
export interface RedisPlan {
  readonly prefix: string
  readonly limits: TransportLimits
  readonly makeClient: MakeClient
  readonly description: TransportDescription | undefined
}

/**
 * The transport on Redis. Opened, it has a session: connections, leases, a sweeper. Closed, it may be opened anew, with
 * another session; calls that belong to none reject.
 */
export class RedisTransport implements Transport {
  readonly name: string = 'redis'
  readonly limits: TransportLimits
  readonly description: TransportDescription | undefined
  readonly queue: JobQueue
  readonly log: JobLog
  readonly control: ControlBus
  readonly #plan: RedisPlan
  #session: RedisSession | undefined
  #opening: Promise<void> | undefined

  constructor(plan: RedisPlan) {
    this.#plan = plan
    this.limits = Object.freeze({ ...plan.limits })
    this.description = plan.description
    const at = (call: string) => this.#at(call)
    this.queue = {
      enqueue: async (jobs) => at('enqueue').queue.enqueue(jobs),
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

  /** The version of the server, once open; for people. */
  get server(): string {
    return this.#session?.server ?? 'not connected'
  }

  open(): Promise<void> {
    if (this.#opening !== undefined) return this.#opening
    const session = new RedisSession(this.#plan)
    this.#session = session
    this.#opening = session.open().catch((error) => {
      // Closed or not: the next `open` begins anew.
      if (this.#session === session) {
        this.#session = undefined
        this.#opening = undefined
      }
      session.close()
      throw error
    })
    return this.#opening
  }

  async close(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    this.#opening = undefined
    session?.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #at(call: string): RedisSession {
    if (this.#session?.isOpen === true) return this.#session
    throw new ClosedError({ what: 'redis transport', call })
  }
}

/** What throws when a generator is made, throws when it is read. */
async function* deferred<T>(make: () => AsyncIterable<T>): AsyncGenerator<T> {
  yield* make()
}
