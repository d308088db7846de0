import type { Channel, ConsumeMessage } from 'amqplib'
import type { LogMessage } from './fold.ts'

/** What a tail works with. */
export interface TailDesk {
  readonly queue: string
  /** Where to go on: after this offset. -1 is the first message kept. */
  readonly after: () => number
  /** How many messages the broker may send ahead, where not the whole log is wanted. */
  readonly ahead?: number | undefined
  readonly take: (message: LogMessage) => void
  /** The stream was deleted under our hands. */
  readonly onGone: () => void
}

/** Messages that the broker sends ahead. Enough to keep 37,000 a second coming. */
const PREFETCH = 1_000

/**
 * Reads a stream from an offset on, in order. What was read is acknowledged within a turn of the event loop: a stream asks
 * for that to send more, and a delivery that stays open for `consumer_timeout` would cost the channel.
 */
export async function followLog(
  channel: Channel,
  { queue, after, ahead = PREFETCH, take, onGone }: TailDesk,
): Promise<void> {
  let latest: ConsumeMessage | undefined
  const acknowledge = () => {
    if (latest === undefined) return
    try {
      channel.ack(latest, true)
    } catch {
      // The channel has closed; the next one goes on from the offset.
    }
    latest = undefined
  }
  const from = after() + 1
  await channel.prefetch(Math.min(ahead, PREFETCH))
  await channel.consume(
    queue,
    (message) => {
      if (message === null) return onGone()
      if (latest === undefined) setImmediate(acknowledge)
      latest = message
      const offset = offsetOf(message)
      // A stream keeps whole chunks, and may begin one before the offset that was asked for.
      if (offset > after()) take({ offset, text: message.content.toString('utf8') })
    },
    { arguments: { 'x-stream-offset': from === 0 ? 'first' : from } },
  )
}

function offsetOf(message: ConsumeMessage): number {
  return Number(Reflect.get(message.properties.headers ?? {}, 'x-stream-offset'))
}
