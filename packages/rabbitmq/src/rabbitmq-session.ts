import { randomUUID } from 'node:crypto'
import type { ControlBus, HotlineEvent, JobLog, JobQueue } from '@hotline/core'
import type { ChannelModel, ConfirmChannel, ConsumeMessage } from 'amqplib'
import { BrokerClock } from './broker-clock.ts'
import { awayError, closedError, isPassing, startError } from './call-errors.ts'
import type { Position } from './event-shelf.ts'
import { EventShelf } from './event-shelf.ts'
import type { Applied, LogMessage } from './fold.ts'
import { Fold } from './fold.ts'
import { InputShelf } from './input-shelf.ts'
import { JobStore } from './job-store.ts'
import { Line } from './line.ts'
import { readEntryAt, replayLog } from './log-replay.ts'
import { followLog } from './log-tail.ts'
import { LogWriter } from './log-writer.ts'
import { ROUTE } from './names.ts'
import { PulseLine } from './pulse-line.ts'
import { RabbitMQControl } from './rabbitmq-control.ts'
import { RabbitMQLog } from './rabbitmq-log.ts'
import { RabbitMQQueue } from './rabbitmq-queue.ts'
import type { RabbitMQPlan } from './rabbitmq-transport.ts'
import { Sweeper } from './sweeper.ts'
import { declareTopology } from './topology.ts'

/** How often the broker's clock is read again, in ms. */
const CLOCK_MS = 10_000
/** Bounds of how long a call waits for its answer, in ms; in between it is as long as a lease. */
const LEAST_ANSWER_MS = 2_000
const MOST_ANSWER_MS = 10_000

/**
 * What lives from `open` to `close`: two connections, the fold, and all that uses them. One connection only writes, since
 * the broker stops reading from it while an alarm is on; the other only reads, and goes on meanwhile.
 */
export class RabbitMQSession {
  readonly queue: JobQueue
  readonly log: JobLog
  readonly control: ControlBus
  isOpen = false
  readonly #plan: RabbitMQPlan
  readonly #id: string = randomUUID()
  readonly #closing = new AbortController()
  readonly #clock = new BrokerClock()
  readonly #writer: LogWriter
  readonly #pulses: PulseLine
  readonly #inputs: InputShelf
  readonly #jobs: RabbitMQQueue
  readonly #bus: RabbitMQControl
  readonly #sweeper: Sweeper
  readonly #reading: Line
  readonly #writing: Line
  readonly #onBlocked = new Set<() => void>()
  #fold = new Fold()
  #shelf = new EventShelf()
  #reader: ChannelModel | undefined
  #sender: ConfirmChannel | undefined
  /** The queue of this connection; messages to it and to all come here. */
  #own = ''
  #clockTimer: NodeJS.Timeout | undefined
  readonly #answerMs: number

  constructor(plan: RabbitMQPlan) {
    this.#plan = plan
    const { names, limits } = plan
    const { leaseMs, retentionMs, maxPayloadBytes } = limits
    this.#answerMs = Math.min(MOST_ANSWER_MS, Math.max(LEAST_ANSWER_MS, leaseMs))
    const clock = this.#clock
    const fold = () => this.#fold
    this.#reading = this.#line(
      (model) => this.#setUpReader(model),
      () => this.#readerDown(),
    )
    this.#writing = this.#line(
      (model) => this.#setUpWriter(model),
      () => this.#writerDown(),
    )
    this.#writer = new LogWriter({
      ...{ by: this.#id, exchange: names.exchange, routingKey: ROUTE.log, answerMs: this.#answerMs },
      now: () => clock.now,
      onSilence: () => this.#renew(),
      trouble: () => this.#writing.trouble ?? this.#reading.trouble,
    })
    const writer = this.#writer
    this.#pulses = new PulseLine(writer, (resolve) => this.#whenBlocked(resolve))
    const pulses = this.#pulses
    this.#inputs = new InputShelf((offset) => readEntryAt(this.#needReader(), names.log, offset))
    const store = new JobStore({ fold, writer, pulses, clock, leaseMs, inputs: this.#inputs })
    const closed = this.#closing.signal
    this.#jobs = new RabbitMQQueue({ store, writer, pulses, clock, fold, maxPayloadBytes, closed })
    this.queue = this.#jobs
    this.log = new RabbitMQLog({
      ...{ store, writer, pulses, clock, fold, retentionMs, closed },
      shelf: () => this.#shelf,
      replay: (after, signal) => this.#replay(after, signal),
    })
    this.#bus = new RabbitMQControl({ writer, pulses, fold, send: (text) => this.#send(text) })
    this.control = this.#bus
    this.#sweeper = new Sweeper({ store, writer, pulses, clock, fold, leaseMs, retentionMs })
  }

  async open(): Promise<void> {
    const deadline = performance.now() + this.#answerMs
    try {
      await Promise.all([this.#reading.start(deadline), this.#writing.start(deadline)])
    } catch (error) {
      throw this.#closing.signal.aborted ? closedError('open') : startError(error)
    }
    await this.#readClock()
    // What is in the log now is folded before anybody asks.
    await this.#writer.write({ kind: 'pulse', leases: [] }, { what: 'read the log', patience: 'ever' })
    this.isOpen = true
    this.#sweeper.start()
  }

  async close(): Promise<void> {
    this.isOpen = false
    this.#closing.abort()
    clearTimeout(this.#clockTimer)
    this.#sweeper.stop()
    this.#jobs.close()
    this.#writer.close()
    this.#shelf.wake()
    await Promise.all([this.#writing.stop(), this.#reading.stop()])
  }

  /** Deletes the namespace. */
  async wipe(): Promise<void> {
    const { exchange, log } = this.#plan.names
    const channel = await this.#needReader().createChannel()
    channel.on('error', () => {})
    await channel.deleteExchange(exchange)
    await channel.deleteQueue(log)
  }

  #line(setup: (model: ChannelModel) => Promise<void>, onDown: () => void): Line {
    return new Line({ connect: this.#plan.connect, setup, onDown, isPassing })
  }

  async #setUpReader(model: ChannelModel): Promise<void> {
    const { names, limits } = this.#plan
    await declareTopology(model, { names, retentionMs: limits.retentionMs })
    const channel = await model.createChannel()
    const lost = (problem: string) => this.#reading.drop(problem)
    channel.on('error', (error) => lost(String(error)))
    const own = `${names.own}.${randomUUID()}`
    // Named anew each time: that of a connection which the broker has not given up yet is locked.
    await channel.assertQueue(own, { exclusive: true, autoDelete: true, durable: false })
    await channel.bindQueue(own, names.exchange, ROUTE.control)
    await channel.bindQueue(own, names.exchange, own)
    await channel.assertQueue(`${own}.clock`, {
      ...{ exclusive: true, autoDelete: false, durable: false, messageTtl: 0 },
      arguments: { 'x-dead-letter-exchange': names.exchange, 'x-dead-letter-routing-key': own },
    })
    await channel.bindQueue(`${own}.clock`, names.exchange, `${own}.clock`)
    await channel.consume(own, (message) => this.#hear(message), { noAck: true })
    const tail = await model.createChannel()
    tail.on('error', (error) => lost(String(error)))
    this.#fold.pardon()
    await followLog(tail, {
      queue: names.log,
      after: () => this.#fold.offset,
      take: (message) => this.#take(message),
      onGone: () => this.#reset(),
    })
    this.#own = own
    this.#reader = model
  }

  async #setUpWriter(model: ChannelModel): Promise<void> {
    const { names, limits } = this.#plan
    await declareTopology(model, { names, retentionMs: limits.retentionMs })
    const channel = await model.createConfirmChannel()
    channel.on('error', (error) => this.#writing.drop(String(error)))
    // Nobody takes what was written: the stream is gone. It is declared anew with the next connection.
    channel.on('return', ({ fields }) => {
      if (fields.routingKey === ROUTE.log) this.#renew()
    })
    model.on('blocked', () => this.#block(true))
    model.on('unblocked', () => this.#block(false))
    this.#sender = channel
    this.#writer.attach(channel)
  }

  #readerDown(): void {
    this.#reader = undefined
  }

  #writerDown(): void {
    this.#sender = undefined
    this.#writer.detach()
  }

  /** Both connections anew. */
  #renew(): void {
    this.#writing.drop('it gave no answer')
    this.#reading.drop('it gave no answer')
  }

  #block(isBlocked: boolean): void {
    this.#writer.block(isBlocked)
    if (isBlocked) for (const resolve of [...this.#onBlocked]) resolve()
    else this.#fold.pardon()
  }

  #whenBlocked(resolve: () => void): () => void {
    if (this.#writer.isBlocked) resolve()
    this.#onBlocked.add(resolve)
    return () => this.#onBlocked.delete(resolve)
  }

  #take(message: LogMessage): void {
    const applied = this.#fold.apply(message)
    const { entry, job, events, offset } = applied
    if (entry !== undefined) this.#shelve(applied, entry.offer)
    this.#shelf.push(events, message.text.length)
    if (job !== undefined) {
      this.#jobs.changed(job)
      this.#sweeper.changed(job)
    }
    if (entry?.offer.kind === 'switch') this.#jobs.wake()
    if (entry?.by === this.#id) this.#writer.settle(entry.n, { ...applied, offset })
  }

  #shelve({ offset, job }: Applied, offer: NonNullable<Applied['entry']>['offer']): void {
    if (job === undefined || !('input' in offer) || offer.input === undefined) return
    if (job.offset === offset) this.#inputs.add(offset, offer.input)
  }

  /** The log was deleted: whoever waits for one of its jobs learns that it is gone, and a new log begins. */
  #reset(): void {
    this.#fold = new Fold()
    const old = this.#shelf
    this.#shelf = new EventShelf()
    old.wake()
    this.#jobs.reset()
    this.#renew()
  }

  #hear(message: ConsumeMessage | null): void {
    if (message === null) return this.#reading.drop('its queue was deleted')
    const { content, properties, fields } = message
    const seconds = secondOf(properties.headers)
    if (fields.routingKey === ROUTE.control) this.#bus.hear(content.toString('utf8'))
    else if (seconds !== undefined) this.#clockRead(seconds, Number(content.toString('utf8')))
  }

  #onClock: (() => void) | undefined

  #clockRead(seconds: number, sentAt: number): void {
    if (!Number.isFinite(sentAt)) return
    this.#clock.read(seconds, sentAt, performance.now())
    this.#onClock?.()
  }

  /** Asks the broker for the time, and again every now and then. Resolves when it was told. */
  async #readClock(): Promise<void> {
    clearTimeout(this.#clockTimer)
    const { names } = this.#plan
    const until = performance.now() + this.#answerMs
    let isRead = false
    this.#onClock = () => {
      isRead = true
    }
    while (!isRead && !this.#closing.signal.aborted) {
      if (performance.now() > until) throw awayError('read its clock', this.#writing.trouble)
      this.#publish(names.exchange, `${this.#own}.clock`, String(performance.now()))
      for (let look = 0; look < 100 && !isRead; look++) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    if (this.#closing.signal.aborted) throw closedError('open')
    this.#clockTimer = setTimeout(() => void this.#readClock().catch(() => {}), CLOCK_MS)
  }

  #publish(exchange: string, key: string, text: string): void {
    try {
      this.#sender?.publish(exchange, key, Buffer.from(text), {}, () => {})
    } catch {
      // The channel closed under our hands; who needs an answer asks again.
    }
  }

  /** To all that are connected. At most once, so it is not sent again once it was written to a connection. */
  async #send(text: string): Promise<void> {
    const what = 'send a message to workers'
    const until = performance.now() + this.#answerMs
    for (;;) {
      if (this.#closing.signal.aborted) throw closedError(what)
      const channel = this.#sender
      if (channel !== undefined) return this.#confirmed(channel, text, what)
      if (performance.now() > until) throw awayError(what, this.#writing.trouble)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  #confirmed(channel: ConfirmChannel, text: string, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (error?: unknown) => {
        clearTimeout(timer)
        this.#closing.signal.removeEventListener('abort', onClose)
        if (this.#closing.signal.aborted) reject(closedError(what))
        else if (error !== undefined && error !== null) reject(awayError(what, error))
        else resolve()
      }
      const onClose = () => end()
      const timer = setTimeout(() => end(new Error('no answer came in time')), this.#answerMs)
      this.#closing.signal.addEventListener('abort', onClose)
      try {
        channel.publish(this.#plan.names.exchange, ROUTE.control, Buffer.from(text), {}, end)
      } catch (error) {
        end(error)
      }
    })
  }

  #replay(after: Position, signal: AbortSignal): AsyncIterable<HotlineEvent> {
    return replayLog(this.#needReader(), {
      queue: this.#plan.names.log,
      after,
      to: this.#fold.offset,
      signal,
    })
  }

  #needReader(): ChannelModel {
    if (this.#closing.signal.aborted) throw closedError('read the log')
    if (this.#reader === undefined) throw awayError('read the log', this.#reading.trouble)
    return this.#reader
  }
}

/** When the broker dead-lettered a message, in seconds since 1970. */
function secondOf(headers: object | undefined): number | undefined {
  const deaths: unknown = Reflect.get(headers ?? {}, 'x-death')
  const time: unknown = Array.isArray(deaths) ? Reflect.get(Object(deaths[0]), 'time') : undefined
  const value: unknown = Reflect.get(Object(time), 'value')
  return typeof value === 'number' ? value : undefined
}
