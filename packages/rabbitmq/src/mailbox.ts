import { randomUUID } from 'node:crypto'
import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage } from 'amqplib'
import type { BrokerClock } from './broker-clock.ts'
import { awayError, closedError } from './call-errors.ts'
import type { Names } from './names.ts'
import { ROUTE } from './names.ts'

/** What a mailbox works with. */
export interface MailDesk {
  readonly names: Names
  readonly clock: BrokerClock
  readonly answerMs: number
  readonly closed: AbortSignal
  readonly trouble: () => unknown
  /** A message to all came. */
  readonly onMessage: (text: string) => void
  /** The queue was deleted under our hands. */
  readonly onGone: () => void
}

/** How often the broker's clock is read again, and how long one reading may take before it is asked again, in ms. */
const CLOCK_MS = 10_000
const ASK_MS = 500
const LOOK_MS = 5
/** How often a message that found no connection tries again, in ms. */
const RETRY_MS = 10

/**
 * A session's own queue on the broker, for what is said to all who are connected now, and for the answers to "what time is
 * it": a message to a second queue that expires at once, and comes back dead-lettered with the broker's time on it.
 * Both queues go with their connection.
 */
export class Mailbox {
  readonly #desk: MailDesk
  #own = ''
  #sender: ConfirmChannel | undefined
  #readings = 0
  #timer: NodeJS.Timeout | undefined

  constructor(desk: MailDesk) {
    this.#desk = desk
  }

  /** Named anew each time: that of a connection which the broker has not given up yet is locked. */
  async attach(model: ChannelModel, onError: (error: unknown) => void): Promise<void> {
    const channel: Channel = await model.createChannel()
    channel.on('error', onError)
    const { exchange, own: prefix } = this.#desk.names
    const own = `${prefix}.${randomUUID()}`
    await channel.assertQueue(own, { exclusive: true, autoDelete: true, durable: false })
    await channel.bindQueue(own, exchange, ROUTE.control)
    await channel.bindQueue(own, exchange, own)
    await channel.assertQueue(clockOf(own), {
      ...{ exclusive: true, autoDelete: false, durable: false, messageTtl: 0 },
      arguments: { 'x-dead-letter-exchange': exchange, 'x-dead-letter-routing-key': own },
    })
    await channel.bindQueue(clockOf(own), exchange, clockOf(own))
    await channel.consume(own, (message) => this.#hear(message), { noAck: true })
    this.#own = own
  }

  /** What is sent goes over this channel, or waits for one. */
  sendOver(channel: ConfirmChannel | undefined): void {
    this.#sender = channel
  }

  /** Asks the broker for the time now, and again every now and then. Resolves when it was told. @throws TransportError */
  async readClock(): Promise<void> {
    const { answerMs, closed, trouble } = this.#desk
    clearTimeout(this.#timer)
    const until = performance.now() + answerMs
    const before = this.#readings
    while (this.#readings === before && !closed.aborted) {
      if (performance.now() > until) throw awayError('read its clock', trouble())
      this.#ask()
      const asked = performance.now()
      while (this.#readings === before && performance.now() < asked + ASK_MS && !closed.aborted)
        await pause(LOOK_MS)
    }
    if (closed.aborted) throw closedError('open')
    this.#timer = setTimeout(() => void this.readClock().catch(() => this.#later()), CLOCK_MS)
  }

  /** To all that are connected. At most once, so it is not sent again once it was written to a connection. */
  async send(text: string): Promise<void> {
    const { closed, answerMs, trouble } = this.#desk
    const what = 'send a message to workers'
    const until = performance.now() + answerMs
    while (this.#sender === undefined) {
      if (closed.aborted) throw closedError(what)
      if (performance.now() > until) throw awayError(what, trouble())
      await pause(RETRY_MS)
    }
    await this.#confirmed(this.#sender, text, what)
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #later(): void {
    if (!this.#desk.closed.aborted)
      this.#timer = setTimeout(() => void this.readClock().catch(() => this.#later()), CLOCK_MS)
  }

  #ask(): void {
    const text = Buffer.from(String(performance.now()))
    try {
      this.#sender?.publish(this.#desk.names.exchange, clockOf(this.#own), text, {}, () => {})
    } catch {
      // The channel closed under our hands; it is asked again.
    }
  }

  #hear(message: ConsumeMessage | null): void {
    const { clock, onMessage, onGone } = this.#desk
    if (message === null) {
      onGone()
      return
    }
    const text = message.content.toString('utf8')
    if (message.fields.routingKey === ROUTE.control) {
      onMessage(text)
      return
    }
    const seconds = secondOf(message.properties.headers)
    const sentAt = Number(text)
    // Who can write here could send anything; a reading from the future of this process is none.
    if (seconds === undefined || !(sentAt > 0 && sentAt <= performance.now())) return
    clock.read(seconds, sentAt, performance.now())
    this.#readings += 1
  }

  #confirmed(channel: ConfirmChannel, text: string, what: string): Promise<void> {
    const { closed, answerMs, names } = this.#desk
    return new Promise((resolve, reject) => {
      const end = (error?: unknown) => {
        clearTimeout(timer)
        closed.removeEventListener('abort', onClose)
        if (closed.aborted) reject(closedError(what))
        else if (error !== undefined && error !== null) reject(awayError(what, error))
        else resolve()
      }
      const onClose = () => end()
      const timer = setTimeout(() => end(new Error('no answer came in time')), answerMs)
      closed.addEventListener('abort', onClose)
      try {
        channel.publish(names.exchange, ROUTE.control, Buffer.from(text), {}, end)
      } catch (error) {
        end(error)
      }
    })
  }
}

function clockOf(own: string): string {
  return `${own}.clock`
}

/** When the broker dead-lettered a message, in seconds since 1970. */
function secondOf(headers: object | undefined): number | undefined {
  const deaths: unknown = Reflect.get(headers ?? {}, 'x-death')
  const time: unknown = Array.isArray(deaths) ? Reflect.get(Object(deaths[0]), 'time') : undefined
  const value: unknown = Reflect.get(Object(time), 'value')
  return typeof value === 'number' ? value : undefined
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
