import { randomUUID } from 'node:crypto'
import type { ClientConfig, PoolClient, QueryResult } from 'pg'
import pg from 'pg'
import type { Database, Listening, OnNotify, Query, Row } from './database.ts'
import { valuesNow } from './database.ts'

/** How long one statement, or making one connection, may take before the connection counts as dead, in ms. */
export const STATEMENT_TIMEOUT_MS = 4000
/** How long a script may take that changes tables, in ms. */
const SCRIPT_TIMEOUT_MS = 60_000
/** How often a listening connection is asked to hear itself, and how long it may take, in ms. */
const PULSE_MS = 10_000
const ECHO_MS = 2000
/** Connections of a transport at most, beside the one that listens. */
const POOL_SIZE = 4

/** What a pool of the application needs to have. It is told by its shape, as an application may have another copy of pg. */
export interface PoolLike {
  connect(): Promise<PoolClient>
  readonly options?: object
}

export type PoolSettings = ClientConfig & { readonly max?: number | undefined }

/** PostgreSQL over the network. */
export class ServerDatabase implements Database {
  readonly isEmbedded = false
  readonly #settings: ClientConfig
  readonly #pool: PoolLike
  readonly #end: () => Promise<void>
  readonly #busy = new Set<PoolClient>()
  /** Connections that listen and hear. */
  readonly #listeners = new Set<pg.Client>()
  /** All of them, those that do not hear yet included. */
  readonly #ears = new Set<pg.Client>()

  constructor(settings: PoolSettings, foreign?: PoolLike) {
    this.#settings = { ...settings, ...CONNECTION_SETTINGS }
    if (foreign !== undefined) {
      this.#pool = foreign
      this.#end = async () => {}
      return
    }
    const own = ownPool(settings)
    this.#pool = own
    this.#end = async () => {
      // A client with a statement under way is cut off at once; an idle one says goodbye.
      for (const client of this.#busy) client.end().catch(() => {})
      await own.end()
    }
  }

  async query({ text, values, name }: Query): Promise<readonly Row[]> {
    return this.#with(async (client) => {
      const named = name === undefined ? {} : { name }
      const query = { text, values: valuesNow(values), ...named, query_timeout: STATEMENT_TIMEOUT_MS }
      return (await client.query(query)).rows
    })
  }

  async script(text: string): Promise<readonly Row[]> {
    const query = { text, query_timeout: SCRIPT_TIMEOUT_MS }
    return this.#with(async (client) => rowsOf(await client.query(query)))
  }

  async listen(channel: string, onNotify: OnNotify): Promise<Listening> {
    const client = new pg.Client(this.#settings)
    this.#ears.add(client)
    const ended = Promise.withResolvers<never>()
    ended.promise.catch(() => {})
    const echo = new Echo(ended.reject)
    client.on('error', ended.reject)
    client.on('end', () => ended.reject(new Error('The listening connection was closed.')))
    client.on('notification', ({ payload = '' }) => echo.isOwn(payload) || onNotify(payload))
    const close = () => {
      this.#listeners.delete(client)
      this.#ears.delete(client)
      echo.stop()
      client.end().catch(() => {})
    }
    try {
      await client.connect()
      await Promise.race([this.#tryToHear(client, echo), ended.promise])
      await client.query(`listen "${channel}"`)
      echo.repeat((word) => client.query(notification(channel, word)))
      this.#listeners.add(client)
    } catch (error) {
      close()
      throw error
    }
    return { ended: ended.promise, close }
  }

  async notify(channel: string, payload: string): Promise<void> {
    const query = notification(channel, payload)
    const [listener] = this.#listeners
    await (listener === undefined ? this.query(query) : listener.query(query))
  }

  /**
   * Rejects when the client does not hear what another connection says while it is idle. Its own word would prove nothing:
   * the server answers a statement with it, and a pooler hands that on. The channel is one of its own, as behind a pooler
   * the connection that listens outlives the client, and would be told of everything for nobody.
   */
  async #tryToHear(client: pg.Client, echo: Echo): Promise<void> {
    const channel = `hotline_${randomUUID()}`
    await client.query(`listen "${channel}"`)
    const heard = await echo
      .call((word) => this.query(notification(channel, word)))
      .catch((unheard: Error) => unheard)
    // A connection that is cut off does not answer this either; that is then the trouble, and another is tried soon.
    await client.query(`unlisten "${channel}"`)
    if (heard instanceof Error) throw heard
  }

  async close(): Promise<void> {
    const ends = [...this.#ears].map((client) => client.end().catch(() => {}))
    await Promise.all([...ends, this.#end()])
  }

  async #with<T>(use: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect()
    let isSpoilt = true
    client.on('error', ignore)
    this.#busy.add(client)
    try {
      const result = await use(client)
      isSpoilt = false
      return result
    } finally {
      this.#busy.delete(client)
      client.off('error', ignore)
      client.release(isSpoilt)
    }
  }
}

const CONNECTION_SETTINGS: ClientConfig = {
  connectionTimeoutMillis: STATEMENT_TIMEOUT_MS,
  query_timeout: STATEMENT_TIMEOUT_MS,
  keepAlive: true,
  application_name: 'hotline',
}

function ownPool({ max, ...settings }: PoolSettings): pg.Pool {
  const pool = new pg.Pool({ max: max ?? POOL_SIZE, ...settings, ...CONNECTION_SETTINGS })
  // An idle connection that ends is replaced when one is needed.
  pool.on('error', ignore)
  // A server that ends a connection in the same packet in which it greets is heard before `connect` has resolved: pg-pool has
  // taken its own listener off by then, and an `error` that nobody hears ends the process.
  pool.on('connect', (client) => client.on('error', ignore))
  return pool
}

function ignore(): void {}

/** Several statements answer with several results; the last rows that there are count. */
function rowsOf(answer: QueryResult | readonly QueryResult[]): readonly Row[] {
  const results: readonly QueryResult[] = Array.isArray(answer) ? answer : [answer]
  return results.flatMap(({ rows }) => rows ?? [])
}

function notification(channel: string, payload: string): { text: string; values: string[] } {
  return { text: 'select pg_notify($1, $2)', values: [channel, payload] }
}

/** Sends a word as a notification. */
type Say = (word: string) => Promise<unknown>

/** Sends a listening connection a word now and then: one that does not hear it is dead, or behind a pooler. */
class Echo {
  readonly #fail: (error: Error) => void
  #word = ''
  #heard: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(fail: (error: Error) => void) {
    this.#fail = fail
  }

  isOwn(payload: string): boolean {
    if (!payload.startsWith('echo ')) return false
    if (payload === this.#word) this.#heard?.()
    return true
  }

  /** Rejects when the word is not heard. */
  async call(say: Say): Promise<void> {
    this.#word = `echo ${randomUUID()}`
    const heard = Promise.withResolvers<void>()
    this.#heard = heard.resolve
    await say(this.#word)
    const timer = setTimeout(
      () => heard.reject(new Error('A notification did not come back: closed')),
      ECHO_MS,
    )
    await heard.promise.finally(() => clearTimeout(timer))
  }

  /** Calls from time to time, until it fails or is stopped. */
  repeat(say: Say): void {
    if (this.#isStopped) return
    this.#timer = setTimeout(() => {
      this.call(say).then(() => this.repeat(say), this.#fail)
    }, PULSE_MS)
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    this.#heard?.()
  }
}
