import type { Bytes, Duration, Transport, TransportDescription } from '@hotline/core'
import { checkOptions, InvalidOptionError, parseBytes, parseDuration } from '@hotline/core'
import type { RedisOptions } from 'ioredis'
import { Redis } from 'ioredis'
import { prefixOf } from './keys.ts'
import type { MakeClient, RedisClient } from './redis-client.ts'
import { CONNECTION_OPTIONS } from './redis-client.ts'
import { RedisTransport } from './redis-transport.ts'

/** An ioredis client, or a Cluster of ioredis, that the application already has. */
export interface ForeignClient {
  duplicate(...args: never[]): unknown
}

/** Options of {@link redis}. One of `url`, `options` and `client` says where Redis is. */
export interface RedisSettings {
  /** `redis://user:password@host:port/db`, or `rediss:` for TLS. */
  readonly url?: string | undefined
  /** Options of ioredis, for what a URL does not tell: TLS, sentinels. Retries, queues and the prefix of keys are ours. */
  readonly options?: RedisOptions | undefined
  /** A client of the application. Connections are made like it; it is itself neither used nor closed. */
  readonly client?: ForeignClient | undefined
  /** Keeps applications on one server apart. Default `default`. */
  readonly namespace?: string | undefined
  /** Default 30 s. The same in all processes of a namespace. */
  readonly lease?: Duration | undefined
  /** How long finished jobs and events are kept at most. Default 7 days. */
  readonly retention?: Duration | undefined
  /** Cap of one input, result or progress. Default 256 KiB. */
  readonly maxPayload?: Bytes | undefined
}

/** The transport, with what only Redis has. */
export interface RedisBackend extends Transport {
  /** The version of the server, once open; for people. */
  readonly server: string
  /** Deletes the namespace with all its jobs and events, for tests and demos. Not on a Cluster. @throws TransportError */
  wipe(): Promise<void>
}

const CLUSTER_OPTIONS = {
  lazyConnect: true,
  enableOfflineQueue: false,
  keyPrefix: '',
  redisOptions: CONNECTION_OPTIONS,
}
const NAMES = ['url', 'options', 'client', 'namespace', 'lease', 'retention', 'maxPayload'] as const
const CURE = "Give one of them, such as `redis({ url: 'redis://localhost:6379' })`."

/**
 * The transport on Redis 6.2 or later, or Valkey. Connects when it is opened, which `createClient` and `createWorker`
 * do.
 * @throws InvalidOptionError
 */
export function redis(settings: RedisSettings): RedisBackend {
  checkOptions('redis', settings, NAMES)
  const { namespace = 'default', lease = '30s', retention = '7d', maxPayload = '256 KiB' } = settings
  const limits = {
    leaseMs: parseDuration(lease, 'lease'),
    retentionMs: parseDuration(retention, 'retention'),
    maxPayloadBytes: parseBytes(maxPayload, 'maxPayload'),
  }
  const prefix = prefixOf(namespace)
  return new RedisTransport({
    ...{ prefix, limits },
    makeClient: clientMaker(settings),
    description: describe(settings),
  })
}

function clientMaker({ url, options, client }: RedisSettings): MakeClient {
  const given = [url, options, client].filter((one) => one !== undefined).length
  if (given !== 1) {
    const problem = `\`redis\` got ${given === 0 ? 'none' : 'more than one'} of \`url\`, \`options\` and \`client\`.`
    throw new InvalidOptionError({ option: 'url', problem, cure: CURE })
  }
  if (client !== undefined) return foreignMaker(client)
  if (url === undefined) return () => new Redis({ ...options, ...CONNECTION_OPTIONS })
  checkUrl(url)
  return () => new Redis(url, CONNECTION_OPTIONS)
}

/** n.b. a URL may hold a password, so no error shows one. */
function checkUrl(url: unknown): void {
  if (typeof url === 'string' && /^rediss?:\/\//i.test(url) && URL.canParse(url)) return
  const problem = '`url` is no URL of a Redis.'
  throw new InvalidOptionError({ option: 'url', problem, cure: 'Write it like redis://localhost:6379.' })
}

/** By its shape, since an application may have another copy of ioredis. */
function foreignMaker(client: ForeignClient): MakeClient {
  const { duplicate, call, isCluster }: Partial<Record<string, unknown>> = { ...shapeOf(client) }
  if (typeof duplicate !== 'function' || typeof call !== 'function') {
    const problem = '`client` is no client of ioredis.'
    throw new InvalidOptionError({ option: 'client', problem, cure: CURE })
  }
  const args = isCluster === true ? [undefined, CLUSTER_OPTIONS] : [CONNECTION_OPTIONS]
  return (): RedisClient => Reflect.apply(duplicate, client, args)
}

function shapeOf(client: unknown): object {
  if (typeof client !== 'object' || client === null) return {}
  const field = (name: string): unknown => Reflect.get(client, name)
  return { duplicate: field('duplicate'), call: field('call'), isCluster: field('isCluster') }
}

/** Missing for a client, and for options that only this process can hold, such as functions. */
function describe(settings: RedisSettings): TransportDescription | undefined {
  if (settings.client !== undefined) return undefined
  try {
    return { module: import.meta.url, name: 'redis', options: structuredClone(settings) }
  } catch {
    return undefined
  }
}
