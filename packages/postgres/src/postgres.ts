import { createHash } from 'node:crypto'
import type { Bytes, Duration, Transport, TransportDescription } from '@hotline/core'
import { checkOptions, InvalidOptionError, parseBytes, parseDuration } from '@hotline/core'
import type { ClientConfig } from 'pg'
import type { Database } from './database.ts'
import type { PgliteLike } from './pglite-database.ts'
import { PgliteDatabase } from './pglite-database.ts'
import { PostgresTransport } from './postgres-transport.ts'
import type { PoolLike } from './server-database.ts'
import { ServerDatabase } from './server-database.ts'
import type { SqlExecutor } from './within-transaction.ts'

/** Options of {@link postgres}. One of `connectionString`, `options`, `pool` and `pglite` says where PostgreSQL is. */
export interface PostgresSettings {
  /** `postgres://user:password@host:port/database`, with `?sslmode=verify-full` for TLS. */
  readonly connectionString?: string | undefined
  /** Options of `pg`, for what a connection string does not tell; `max` connections, 4 by default. */
  readonly options?: (ClientConfig & { readonly max?: number | undefined }) | undefined
  /** A pool of the application. Its connections are borrowed for one statement each; it is never closed. */
  readonly pool?: PoolLike | undefined
  /** PostgreSQL within this process: a folder, `'memory'`, or a PGlite of the application. For one process only. */
  readonly pglite?: string | PgliteLike | undefined
  /** Where the tables are; those of pg-boss are in `<schema>_boss`. Default `hotline`. */
  readonly schema?: string | undefined
  /** Keeps applications in one database apart: another way to name a schema. Default `default`, which is `hotline`. */
  readonly namespace?: string | undefined
  /** Default 30 s. The same in all processes of a schema. */
  readonly lease?: Duration | undefined
  /** How long finished jobs and events are kept at most. Default 7 days. */
  readonly retention?: Duration | undefined
  /** Cap of one input, result or progress. Default 256 KiB. */
  readonly maxPayload?: Bytes | undefined
}

/** The transport, with what only PostgreSQL has. */
export interface PostgresBackend extends Transport {
  /** The version of the server, once open; for people. */
  readonly server: string
  /**
   * A view of this transport that enqueues within a transaction of the application: the job is there when that commits, and
   * leaves no trace when it rolls back. Give it to a client of its own.
   */
  within(executor: SqlExecutor): Transport
  /** Makes the schema, or brings it up to date, ahead of time. @throws TransportError */
  migrate(): Promise<void>
  /** What `migrate` would run, for somebody who reads it first. */
  migrationScript(): string
  /** Drops the schema with all its jobs and events, and closes the transport; for tests and demos. @throws TransportError */
  wipe(): Promise<void>
}

const NAMES = [
  ...(['connectionString', 'options', 'pool', 'pglite', 'schema', 'namespace'] as const),
  ...(['lease', 'retention', 'maxPayload'] as const),
] as const
const CURE =
  "Give one of them, such as `postgres({ connectionString: 'postgres://localhost/app' })` or `postgres({ pglite: 'memory' })`."

/** Needs no quotes in SQL, and leaves room for what is derived from it. */
const SCHEMA = /^[a-z_][a-z0-9_]{0,47}$/
const NAMESPACE = /^[\w.:-]{1,80}$/

/**
 * The transport on PostgreSQL 13 or later, or PGlite. Connects, and makes its schema if that is missing, when it is opened,
 * which `createClient` and `createWorker` do.
 * @throws InvalidOptionError
 */
export function postgres(settings: PostgresSettings): PostgresBackend {
  checkOptions('postgres', settings, NAMES)
  const { lease = '30s', retention = '7d', maxPayload = '256 KiB' } = settings
  const limits = {
    leaseMs: parseDuration(lease, 'lease'),
    retentionMs: parseDuration(retention, 'retention'),
    maxPayloadBytes: parseBytes(maxPayload, 'maxPayload'),
  }
  return new PostgresTransport({
    ...{ limits, schema: schemaOf(settings) },
    connect: connector(settings),
    description: describe(settings),
  })
}

function schemaOf({ schema, namespace = 'default' }: PostgresSettings): string {
  if (schema !== undefined) {
    if (typeof schema === 'string' && SCHEMA.test(schema)) return schema
    const cure = 'Use 1 to 48 of a-z, 0-9 and _, not beginning with a digit.'
    throw new InvalidOptionError({
      option: 'schema',
      problem: `${shown(schema)} is no name for a schema.`,
      cure,
    })
  }
  if (namespace === 'default') return 'hotline'
  if (!NAMESPACE.test(namespace)) {
    const cure = 'Use 1 to 80 letters, digits and the signs _ . : - only.'
    throw new InvalidOptionError({
      option: 'namespace',
      problem: `${shown(namespace)} is no namespace.`,
      cure,
    })
  }
  const plain = `hotline_${namespace}`
  if (SCHEMA.test(plain)) return plain
  // Something of it to recognise, and a digest so that no two share a schema.
  const digest = createHash('sha256').update(namespace).digest('hex').slice(0, 12)
  return `hotline_${namespace
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '_')
    .slice(0, 24)}_${digest}`
}

function connector({ connectionString, options, pool, pglite }: PostgresSettings): () => Database {
  const given = [connectionString, options, pool, pglite].filter((one) => one !== undefined).length
  if (given !== 1) {
    const problem = `\`postgres\` got ${given === 0 ? 'none' : 'more than one'} of \`connectionString\`, \`options\`, \`pool\` and \`pglite\`.`
    throw new InvalidOptionError({ option: 'connectionString', problem, cure: CURE })
  }
  if (pglite !== undefined) return () => new PgliteDatabase(pglite)
  if (pool !== undefined) {
    checkPool(pool)
    return () => new ServerDatabase(optionsOf(pool), pool)
  }
  if (connectionString === undefined) return () => new ServerDatabase({ ...options })
  checkUrl(connectionString)
  return () => new ServerDatabase({ connectionString })
}

/** n.b. a connection string may hold a password, so no error shows one. */
function checkUrl(url: unknown): void {
  if (typeof url === 'string' && /^postgres(ql)?:\/\//i.test(url) && URL.canParse(url)) return
  throw new InvalidOptionError({
    option: 'connectionString',
    problem: '`connectionString` is no URL of a PostgreSQL.',
    cure: 'Write it like postgres://localhost:5432/app.',
  })
}

/** By its shape, since an application may have another copy of pg. */
function checkPool(pool: unknown): void {
  if (typeof pool === 'object' && pool !== null && typeof Reflect.get(pool, 'connect') === 'function') return
  throw new InvalidOptionError({ option: 'pool', problem: '`pool` is no pool of pg.', cure: CURE })
}

/** For a connection like those of the pool. n.b. it hides its password from whoever lists its options. */
function optionsOf({ options = {} }: PoolLike): ClientConfig {
  const password: unknown = Reflect.get(options, 'password')
  return typeof password === 'string' ? { ...options, password } : { ...options }
}

/** Missing for a pool and for PGlite, and for options that only this process can hold, such as functions. */
function describe(settings: PostgresSettings): TransportDescription | undefined {
  if (settings.pool !== undefined || settings.pglite !== undefined) return undefined
  try {
    return { module: import.meta.url, name: 'postgres', options: structuredClone(settings) }
  } catch {
    return undefined
  }
}

function shown(value: unknown): string {
  return JSON.stringify(String(value).slice(0, 60))
}
