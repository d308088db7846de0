import { TransportError } from '@hotline/core'
import type { Database, Listening, OnNotify, Query, Row } from './database.ts'
import { valuesNow } from './database.ts'

/** What the transport needs of a PGlite, told by its shape. */
export interface PgliteLike {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[] }>
  exec(text: string): Promise<readonly { readonly rows: unknown[] }[]>
  listen(channel: string, onNotify: (payload: string) => void): Promise<unknown>
  close(): Promise<void>
}

interface Shared {
  readonly instance: Promise<PgliteLike>
  users: number
}

/** Folders that are open in this process: one PGlite for each, since two would write over each other. */
const open = new Map<string, Shared>()
/** Folders that are being closed: whoever opens one again waits for it. */
const closing = new Map<string, Promise<void>>()

/** PostgreSQL within this process. One connection for all, so a statement waits for those before it. */
export class PgliteDatabase implements Database {
  readonly isEmbedded = true
  readonly #place: string | PgliteLike
  readonly #shared: Shared | undefined
  readonly #instance: Promise<PgliteLike>
  readonly #unlisten = new Set<() => void>()
  #isClosed = false

  /** @param place a folder, 'memory' for one that ends with this object, or an instance of the application */
  constructor(place: string | PgliteLike) {
    this.#place = place
    this.#shared = typeof place === 'string' && place !== 'memory' ? share(place) : undefined
    this.#instance =
      typeof place === 'string' ? (this.#shared?.instance ?? load(place)) : Promise.resolve(place)
    this.#instance.catch(() => {})
  }

  async query({ text, values }: Query): Promise<readonly Row[]> {
    const pglite = await this.#instance
    const { rows } = await inTurn(pglite, () => pglite.query(text, valuesNow(values)))
    return rows.map(asRow)
  }

  async script(text: string): Promise<readonly Row[]> {
    const pglite = await this.#instance
    return inTurn(pglite, async () => {
      try {
        return (await pglite.exec(text)).flatMap(({ rows }) => rows.map(asRow))
      } catch (error) {
        // There is one connection: a transaction that failed must not stay open in it.
        await pglite.exec('rollback').catch(() => {})
        throw error
      }
    })
  }

  async listen(channel: string, onNotify: OnNotify): Promise<Listening> {
    const pglite = await this.#instance
    const unlisten = await pglite.listen(channel, onNotify)
    const ended = new Promise<never>(() => {})
    const close = () => {
      this.#unlisten.delete(close)
      if (typeof unlisten === 'function')
        Promise.resolve(Reflect.apply(unlisten, undefined, [])).catch(() => {})
    }
    this.#unlisten.add(close)
    return { ended, close }
  }

  async notify(channel: string, payload: string): Promise<void> {
    await this.query({ text: 'select pg_notify($1, $2)', values: [channel, payload] })
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const close of [...this.#unlisten]) close()
    if (typeof this.#place !== 'string') return
    if (this.#shared !== undefined) {
      this.#shared.users -= 1
      if (this.#shared.users > 0) return
      open.delete(this.#place)
    }
    const closed = this.#instance.then((pglite) => pglite.close()).catch(() => {})
    if (this.#shared !== undefined) closing.set(this.#place, closed)
    await closed
    if (closing.get(this.#place) === closed) closing.delete(this.#place)
  }
}

/** The last statement of each instance. */
const lines = new WeakMap<PgliteLike, Promise<unknown>>()

/** Statements queue up here, and not within PGlite, so that each knows when its turn has come. */
function inTurn<T>(pglite: PgliteLike, call: () => Promise<T>): Promise<T> {
  const done = (lines.get(pglite) ?? Promise.resolve()).then(call)
  lines.set(
    pglite,
    done.catch(() => {}),
  )
  return done
}

function asRow(value: unknown): Row {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function share(folder: string): Shared {
  const known = open.get(folder)
  const shared = known ?? { instance: load(folder), users: 0 }
  shared.users += 1
  shared.instance.catch(() => {})
  open.set(folder, shared)
  return shared
}

async function load(place: string): Promise<PgliteLike> {
  const { PGlite } = await import('@electric-sql/pglite').catch((cause: unknown) => {
    const problem = 'the package @electric-sql/pglite is not installed'
    const cure = 'Run `npm install @electric-sql/pglite`.'
    throw new TransportError({ transport: 'postgres', problem, cure, cause })
  })
  await closing.get(place)
  return PGlite.create(place === 'memory' ? 'memory://' : place)
}
