import type { ControlBus, JobLog, JobQueue } from '@hotline/core'
import { TransportError } from '@hotline/core'
import { BlockingPool } from './blocking-pool.ts'
import { JobStore } from './job-store.ts'
import { LogPulse } from './log-pulse.ts'
import { messageOf, RedisCalls } from './redis-calls.ts'
import type { RedisClient } from './redis-client.ts'
import { RedisControl } from './redis-control.ts'
import { RedisLog } from './redis-log.ts'
import { RedisQueue } from './redis-queue.ts'
import type { RedisPlan } from './redis-transport.ts'
import { judgeServer } from './server-check.ts'
import { Sweeper } from './sweeper.ts'

/** Warnings said by this process already, so that each is said once. */
const said = new Set<string>()

/** What lives from `open` to `close`: three kinds of connections, and all that uses them. */
export class RedisSession {
  readonly queue: JobQueue
  readonly log: JobLog
  readonly control: ControlBus
  server = 'not connected'
  isOpen = false
  readonly #prefix: string
  readonly #closing = new AbortController()
  readonly #client: RedisClient
  readonly #subscriber: RedisClient
  readonly #pool: BlockingPool
  readonly #calls: RedisCalls
  readonly #sweeper: Sweeper
  readonly #leases: RedisQueue

  constructor({ prefix, limits, makeClient }: RedisPlan) {
    this.#prefix = prefix
    const closed = this.#closing.signal
    this.#client = makeClient('commands')
    this.#subscriber = makeClient('subscriber')
    this.#pool = new BlockingPool(() => makeClient('blocking'))
    this.#calls = new RedisCalls(this.#client, prefix, closed)
    const calls = this.#calls
    const store = new JobStore(calls)
    const pulse = new LogPulse(this.#pool, `${prefix}events`, closed)
    const { leaseMs, retentionMs, maxPayloadBytes } = limits
    this.#leases = new RedisQueue({
      ...{ calls, store, leaseMs, prefix, maxPayloadBytes, closed },
      blocking: this.#pool,
    })
    this.queue = this.#leases
    this.log = new RedisLog({ calls, store, prefix, pulse, retentionMs, closed })
    this.control = new RedisControl({ calls, prefix, subscriber: this.#subscriber, closed })
    this.#sweeper = new Sweeper({ calls, store, leaseMs, retentionMs })
    calls.onWrongType = () => this.#mend()
  }

  async open(): Promise<void> {
    await this.#calls.await('connect', async () => {
      if (this.#client.status === 'wait' || this.#client.status === 'end') await this.#client.connect()
    })
    const facts = judgeServer(await this.#info())
    this.server = facts.version
    this.#calls.useFlags(facts.major >= 7)
    for (const warning of facts.warnings) warnOnce(warning)
    await this.#calls.run('sighting', 'read the clock')
    this.isOpen = true
    this.#sweeper.start()
  }

  close(): void {
    this.isOpen = false
    this.#closing.abort()
    this.#sweeper.stop()
    this.#leases.close()
    this.#pool.close()
    this.#client.disconnect()
    this.#subscriber.disconnect()
  }

  /** Deletes all keys of the namespace. n.b. no character of a prefix means anything in a pattern. */
  async wipe(): Promise<void> {
    if (this.#client.isCluster === true) throw clusterError()
    const what = 'delete a namespace'
    const pattern = `${this.#prefix}*`
    for (let cursor = '0'; ; ) {
      const page = await this.#calls.command(what, 'SCAN', cursor, 'MATCH', pattern, 'COUNT', 1000)
      const [next, found]: readonly unknown[] = Array.isArray(page) ? page : ['0', []]
      const keys = Array.isArray(found) ? found.map(String) : []
      if (keys.length > 0) await this.#calls.command(what, 'UNLINK', ...keys)
      cursor = String(next)
      if (cursor === '0') return
    }
  }

  /** `undefined` when the user may not ask. */
  async #info(): Promise<string | undefined> {
    try {
      return String(await this.#calls.command('read INFO', 'INFO'))
    } catch (error) {
      if (messageOf(error).includes('NOPERM')) return undefined
      throw error
    }
  }

  async #mend(): Promise<void> {
    await this.#calls.run('mend', 'move keys of a wrong type aside')
  }
}

function clusterError(): TransportError {
  return new TransportError({
    transport: 'redis',
    problem: 'A namespace on a Cluster cannot be wiped from here',
    cure: 'Delete its keys on the node that holds its hash tag, as docs/operations-redis.md says.',
  })
}

function warnOnce(text: string): void {
  if (said.has(text)) return
  said.add(text)
  process.emitWarning(text, { type: 'HotlineWarning', code: 'HOTLINE_REDIS' })
}
