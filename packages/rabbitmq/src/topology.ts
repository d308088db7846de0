import { TransportError } from '@hotline/core'
import type { Channel, ChannelModel } from 'amqplib'
import { messageOf } from './call-errors.ts'
import type { Names } from './names.ts'
import { ROUTE } from './names.ts'

/** What the topology is made of. */
export interface TopologyPlan {
  readonly names: Names
  readonly retentionMs: number
}

/** A thing that a namespace needs on the broker, in words and as calls. */
interface Part {
  readonly what: string
  readonly name: string
  declare(channel: Channel): Promise<unknown>
  /** Asks whether it is there, with no right but to the vhost. */
  check(channel: Channel): Promise<unknown>
}

/** Retention drops whole segments only, so they are small: 16 MB, of 500 MB by default. */
const SEGMENT_BYTES = 16_000_000
/** The broker keeps twice what is promised; what is older than the retention, readers skip. */
const SPARE = 2

/** Arguments of the log, which can never be changed: another retention needs another namespace, or a policy. */
export function logArguments(retentionMs: number): { readonly [name: string]: string | number } {
  return {
    'x-queue-type': 'stream',
    'x-max-age': `${Math.ceil((SPARE * retentionMs) / 1000)}s`,
    'x-stream-max-segment-size-bytes': SEGMENT_BYTES,
  }
}

/**
 * Creates what is missing. Idempotent, also for processes that start at once. What it has seen to be there it adds to
 * `known`, and does not look for it again: on a bad connection each try gets further.
 * @throws TransportError for a part with other arguments, or one that is missing and may not be created
 */
export async function declareTopology(
  model: ChannelModel,
  plan: TopologyPlan,
  known: Set<string> = new Set(),
): Promise<void> {
  for (const part of partsOf(plan)) {
    if (known.has(part.what)) continue
    await declare(model, part)
    known.add(part.what)
  }
}

/** What the topology is, for people: a line per part. */
export function topologyText(plan: TopologyPlan): string {
  const { names, retentionMs } = plan
  const args = JSON.stringify(logArguments(retentionMs))
  return [
    `exchange ${names.exchange}  direct, durable`,
    `queue    ${names.log}  durable, ${args}`,
    `binding  ${names.exchange} -> ${names.log}  routing key "${ROUTE.log}"`,
  ].join('\n')
}

function partsOf({ names, retentionMs }: TopologyPlan): readonly Part[] {
  const { exchange, log } = names
  return [
    {
      ...{ what: 'exchange', name: exchange },
      declare: (channel) => channel.assertExchange(exchange, 'direct', { durable: true }),
      check: (channel) => channel.checkExchange(exchange),
    },
    {
      ...{ what: 'stream', name: log },
      declare: (channel) => channel.assertQueue(log, { durable: true, arguments: logArguments(retentionMs) }),
      check: (channel) => channel.checkQueue(log),
    },
    {
      ...{ what: 'binding', name: `${exchange} -> ${log}` },
      declare: (channel) => channel.bindQueue(log, exchange, ROUTE.log),
      // n.b. nobody can ask for a binding; where it is missing, the first write says so.
      check: (channel) => channel.checkQueue(log),
    },
  ]
}

/** On a channel of its own, since what the broker refuses costs the channel. */
async function declare(model: ChannelModel, part: Part): Promise<void> {
  try {
    await onChannel(model, (channel) => part.declare(channel))
  } catch (error) {
    const text = messageOf(error)
    if (/PRECONDITION.FAILED|\b406\b/i.test(text)) throw foreignError(part, error)
    if (!/ACCESS.REFUSED|\b403\b/i.test(text)) throw error
    // This user may not create anything; somebody else may have.
    await onChannel(model, (channel) => part.check(channel)).catch((cause) => {
      throw /NOT.FOUND|\b404\b/i.test(messageOf(cause)) ? missingError(part, cause) : cause
    })
  }
}

async function onChannel(model: ChannelModel, use: (channel: Channel) => Promise<unknown>): Promise<void> {
  const channel = await model.createChannel()
  channel.on('error', () => {})
  await use(channel)
  // It is of no more use; nobody waits for the goodbye.
  channel.close().catch(() => {})
}

function foreignError({ what, name }: Part, cause: unknown): TransportError {
  return new TransportError({
    transport: 'rabbitmq',
    problem: `the ${what} ${name} has other arguments than this version or these settings give it: ${messageOf(cause).slice(0, 300)}`,
    cure:
      'Nothing was changed. Give all processes of the namespace the same `retention`, use another `namespace`, or ' +
      'delete it yourself if nobody needs what is in it.',
    cause,
  })
}

function missingError({ what, name }: Part, cause: unknown): TransportError {
  return new TransportError({
    transport: 'rabbitmq',
    problem: `the ${what} ${name} is not there, and this user may not create it`,
    cure: 'Run `hotline topology --url …` as a user who may configure it, or give this one the right.',
    cause,
  })
}
