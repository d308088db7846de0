import { randomUUID } from 'node:crypto'
import type { ChannelModel, ConsumeMessage } from 'amqplib'
import type { BrokerClock } from './broker-clock.ts'
import type { Names } from './names.ts'

/** How often the broker's clock is read, and how long one reading may take, in ms. */
const EVERY_MS = 30_000
const LIMIT_MS = 1_000

/**
 * Asks the broker what time it is: publishes a message to a queue that lets it expire at once, and takes it from where it is
 * dead-lettered to, with the broker's time on it. Both queues are of one reading, and go with it.
 */
export class ClockReading {
  readonly #clock: BrokerClock
  readonly #names: Names
  #readAt = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #model: ChannelModel | undefined

  constructor(clock: BrokerClock, names: Names) {
    this.#clock = clock
    this.#names = names
  }

  /**
   * Reads it over this connection, unless that was done lately, and again every now and then. Resolves when it was told, and
   * where that takes too long without: then the clock goes on as before.
   */
  async over(model: ChannelModel): Promise<void> {
    this.#model = model
    if (performance.now() - this.#readAt > EVERY_MS) await this.#read(model)
    if (this.#model === model) this.#plan(model)
  }

  /** The connection is gone, or the transport closes. */
  stop(): void {
    this.#model = undefined
    clearTimeout(this.#timer)
  }

  #plan(model: ChannelModel): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.over(model), EVERY_MS + 1)
  }

  async #read(model: ChannelModel): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LIMIT_MS)
    })
    // A connection that breaks meanwhile is set up anew, and read then.
    await Promise.race([this.#ask(model).catch(() => {}), limit])
    clearTimeout(timer)
  }

  async #ask(model: ChannelModel): Promise<void> {
    const channel = await model.createChannel()
    channel.on('error', () => {})
    const { exchange, own: prefix } = this.#names
    const told = `${prefix}.${randomUUID()}`
    const asked = `${told}.clock`
    await channel.assertQueue(told, { exclusive: true, durable: false })
    await channel.bindQueue(told, exchange, told)
    await channel.assertQueue(asked, {
      ...{ exclusive: true, durable: false, messageTtl: 0 },
      arguments: { 'x-dead-letter-exchange': exchange, 'x-dead-letter-routing-key': told },
    })
    await channel.bindQueue(asked, exchange, asked)
    const answer = new Promise<void>((resolve) => {
      channel.on('close', resolve)
      const hear = (message: ConsumeMessage | null) => {
        if (message !== null) this.#hear(message)
        resolve()
      }
      channel.consume(told, hear, { noAck: true }).catch(() => resolve())
    })
    channel.publish(exchange, asked, Buffer.from(String(performance.now())))
    await answer
    await channel.deleteQueue(asked)
    await channel.deleteQueue(told)
    await channel.close()
  }

  #hear({ content, properties }: ConsumeMessage): void {
    const seconds = secondOf(properties.headers)
    const sentAt = Number(content.toString('utf8'))
    const receivedAt = performance.now()
    // Who may write here could send anything; what was sent in the future of this process is no answer.
    if (seconds === undefined || !(sentAt > 0 && sentAt <= receivedAt)) return
    this.#clock.read(seconds, sentAt, receivedAt)
    this.#readAt = receivedAt
  }
}

/** When the broker dead-lettered a message, in seconds since 1970. */
function secondOf(headers: object | undefined): number | undefined {
  const deaths: unknown = Reflect.get(headers ?? {}, 'x-death')
  const time: unknown = Array.isArray(deaths) ? Reflect.get(Object(deaths[0]), 'time') : undefined
  const value: unknown = Reflect.get(Object(time), 'value')
  return typeof value === 'number' ? value : undefined
}
