import type { Bytes, Duration, Transport } from '@hotline/core'
import { checkOptions, InvalidOptionError, parseBytes, parseDuration } from '@hotline/core'
import type { ChannelModel } from 'amqplib'
import { connect } from 'amqplib'
import { namesOf } from './names.ts'
import { RabbitMQTransport } from './rabbitmq-transport.ts'

/** Options of {@link rabbitmq}. One of `url` and `urls` says where RabbitMQ is. */
export interface RabbitMQSettings {
  /** `amqp://user:password@host:port/vhost`, or `amqps:` for TLS. */
  readonly url?: string | undefined
  /** The nodes of a cluster: each connection takes the next. */
  readonly urls?: readonly string[] | undefined
  /** Instead of the vhost in the URL. */
  readonly vhost?: string | undefined
  /** Keeps applications in one vhost apart. Default `default`. */
  readonly namespace?: string | undefined
  /** Default 30 s. The same in all processes of a namespace. */
  readonly lease?: Duration | undefined
  /** How long finished jobs and events are kept at most. Default 7 days. The same in all processes of a namespace. */
  readonly retention?: Duration | undefined
  /** Cap of one input, result or progress. Default 256 KiB. */
  readonly maxPayload?: Bytes | undefined
}

/** The transport, with what only RabbitMQ has. */
export interface RabbitMQBackend extends Transport {
  /** Deletes the namespace with all its jobs and events, for tests and demos. @throws TransportError */
  wipe(): Promise<void>
  /** What the namespace needs on the broker, a line per part, for people. */
  topologyText(): string
  /**
   * Creates that ahead of those who use it, who then need no right to configure anything lasting. Idempotent; the
   * transport need not be open.
   * @throws TransportError
   */
  createTopology(): Promise<void>
}

const NAMES = ['url', 'urls', 'vhost', 'namespace', 'lease', 'retention', 'maxPayload'] as const
/** Bounds of the heartbeat in s, which is a third of a lease in between: AMQP counts whole seconds. */
const HEARTBEAT = { least: 1, most: 10 } as const
/** What a connection may take to come up, in ms. */
const CONNECT_MS = 5_000

/**
 * The transport on RabbitMQ 3.10 or later, with no plugin. Connects when it is opened, which `createClient` and
 * `createWorker` do.
 * @throws InvalidOptionError
 */
export function rabbitmq(settings: RabbitMQSettings): RabbitMQBackend {
  checkOptions('rabbitmq', settings, NAMES)
  const { lease = '30s', retention = '7d', maxPayload = '256 KiB' } = settings
  const leaseMs = parseDuration(lease, 'lease')
  const limits = {
    leaseMs,
    retentionMs: parseDuration(retention, 'retention'),
    maxPayloadBytes: parseBytes(maxPayload, 'maxPayload'),
  }
  return new RabbitMQTransport({
    ...{ names: namesOf(settings.namespace ?? 'default'), limits },
    connect: connector(settings, leaseMs),
    description: { module: import.meta.url, name: 'rabbitmq', options: structuredClone(settings) },
  })
}

function connector({ url, urls, vhost }: RabbitMQSettings, leaseMs: number): () => Promise<ChannelModel> {
  const given = url === undefined ? urls : [url]
  if (given === undefined || given.length === 0 || (url !== undefined && urls !== undefined)) {
    const problem = '`rabbitmq` needs one of `url` and `urls`.'
    throw new InvalidOptionError({ option: 'url', problem, cure: CURE })
  }
  const heartbeat = Math.min(HEARTBEAT.most, Math.max(HEARTBEAT.least, Math.round(leaseMs / 3_000)))
  const addresses = given.map((one) => addressOf(one, vhost, heartbeat))
  let turn = 0
  return () =>
    connect(addresses[turn++ % addresses.length] ?? '', {
      ...{ noDelay: true, timeout: CONNECT_MS },
      clientProperties: { connection_name: `hotline ${process.pid}` },
    })
}

const CURE = "Give it such as `rabbitmq({ url: 'amqp://localhost' })`."

/** n.b. a URL may hold a password, so no error shows one. */
function addressOf(url: unknown, vhost: string | undefined, heartbeat: number): string {
  if (typeof url !== 'string' || !/^amqps?:\/\//i.test(url) || !URL.canParse(url))
    throw new InvalidOptionError({ option: 'url', problem: '`url` is no URL of a RabbitMQ.', cure: CURE })
  const address = new URL(url)
  if (vhost !== undefined) address.pathname = `/${encodeURIComponent(vhost)}`
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', String(heartbeat))
  return address.href
}
