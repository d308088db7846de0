import { randomUUID } from 'node:crypto'
import type { ControlBus, JobLog, JobQueue } from '@hotline/core'
import type { ChannelModel } from 'amqplib'
import { BrokerClock } from './broker-clock.ts'
import { awayError, closedError, isPassing, startError } from './call-errors.ts'
import { ClockReading } from './clock-reading.ts'
import type { AgedEvent, Position } from './event-shelf.ts'
import { EventShelf } from './event-shelf.ts'
import type { Applied, LogMessage } from './fold.ts'
import { Fold } from './fold.ts'
import { InputShelf } from './input-shelf.ts'
import { JobStore } from './job-store.ts'
import { Line } from './line.ts'
import { readBack, readEntryAt, replayLog } from './log-replay.ts'
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
import { Turnstile } from './turnstile.ts'

/** Bounds of how long a call waits for its answer, in ms; in between it is as long as a lease. */
const LEAST_ANSWER_MS = 10_000
const MOST_ANSWER_MS = 30_000
/** Who was without a broker for so long, in ms, may have written to a stream without a leader. */
const OUTAGE_MS = 1_000
/** Parts of the log that are read at once, each over a channel of its own; a connection has 2,047. */
const READS_AT_ONCE = 20
/** How long `open` tries to reach the broker, in ms. */
const OPEN_MS = 8_000

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
  readonly #time: ClockReading
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
  #isWiped = false
  #downSince = Number.POSITIVE_INFINITY
  #clockRead: Promise<void> | undefined
  /** Parts of the topology that were seen to be there. */
  readonly #declared = new Set<string>()
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
    this.#writer = this.#makeWriter()
    this.#time = new ClockReading(clock, names)
    const writer = this.#writer
    this.#pulses = new PulseLine(writer, (resolve) => this.#whenBlocked(resolve))
    const pulses = this.#pulses
    const reads = new Turnstile(READS_AT_ONCE)
    this.#inputs = new InputShelf((offset) =>
      reads.pass(() => readEntryAt(this.#needReader(), names.log, offset)),
    )
    const store = new JobStore({
      ...{ fold, writer, pulses, clock, leaseMs, inputs: this.#inputs },
      readBack: (ended) => reads.pass(() => readBack(this.#needReader(), names.log, ended)),
    })
    const closed = this.#closing.signal
    this.#jobs = new RabbitMQQueue({ store, writer, pulses, clock, fold, maxPayloadBytes, closed })
    this.queue = this.#jobs
    this.log = new RabbitMQLog({
      ...{ store, writer, pulses, clock, fold, retentionMs, closed },
      shelf: () => this.#shelf,
      replay: (after, signal) => this.#replay(after, signal),
    })
    this.#bus = new RabbitMQControl({ writer, pulses, fold })
    this.control = this.#bus
    this.#sweeper = new Sweeper({ store, writer, pulses, clock, fold, leaseMs, retentionMs })
  }

  async open(): Promise<void> {
    const deadline = performance.now() + OPEN_MS
    try {
      // The reader first: it creates what is missing.
      await this.#reading.start(deadline)
      await this.#writing.start(deadline)
    } catch (error) {
      throw this.#closing.signal.aborted ? closedError('open') : startError(error)
    }
    await this.#clockRead
    // What is in the log now is folded before anybody asks.
    await this.#writer.write({ kind: 'pulse', leases: [] }, { what: 'read the log', patience: 'ever' })
    this.isOpen = true
    this.#sweeper.start()
  }

  async close(): Promise<void> {
    this.isOpen = false
    this.#closing.abort()
    this.#time.stop()
    this.#sweeper.stop()
    this.#jobs.close()
    this.#writer.close()
    this.#shelf.wake()
    await Promise.all([this.#writing.stop(), this.#reading.stop()])
  }

  /** Deletes the namespace. It comes back when somebody writes to it. */
  async wipe(): Promise<void> {
    const { exchange, log } = this.#plan.names
    this.#isWiped = true
    const channel = await this.#needReader().createChannel()
    channel.on('error', () => {})
    await channel.deleteExchange(exchange)
    await channel.deleteQueue(log)
  }

  #makeWriter(): LogWriter {
    return new LogWriter({
      ...{
        by: this.#id,
        exchange: this.#plan.names.exchange,
        routingKey: ROUTE.log,
        answerMs: this.#answerMs,
      },
      now: () => this.#clock.now,
      onSilence: () => this.#renew(),
      trouble: () => this.#writing.trouble ?? this.#reading.trouble,
    })
  }

  #line(setup: (model: ChannelModel) => Promise<void>, onDown: () => void): Line {
    return new Line({ connect: this.#plan.connect, setup, onDown, isPassing })
  }

  async #setUpReader(model: ChannelModel): Promise<void> {
    const { names, limits } = this.#plan
    await declareTopology(model, { names, retentionMs: limits.retentionMs }, this.#declared)
    const lost = (error: unknown) => this.#reading.drop(String(error))
    const tail = await model.createChannel()
    tail.on('error', lost)
    this.#fold.pardon()
    await followLog(tail, {
      queue: names.log,
      after: () => this.#fold.offset,
      take: (message) => this.#take(message),
      onGone: () => this.#reset(),
    })
    this.#reader = model
    // The stream has a leader. After a mere cut nothing was lost.
    if (performance.now() - this.#downSince > OUTAGE_MS) this.#writer.resend()
    this.#downSince = Number.POSITIVE_INFINITY
  }

  async #setUpWriter(model: ChannelModel): Promise<void> {
    const channel = await model.createChannel()
    // Such as an exchange that was deleted: all is declared anew with the next connections.
    channel.on('error', () => this.#declareAnew())
    // Nobody takes what was written: the stream is gone. It is declared anew with the next connection.
    channel.on('return', ({ fields }) => {
      if (fields.routingKey === ROUTE.log) this.#declareAnew()
    })
    model.on('blocked', () => this.#block(true))
    model.on('unblocked', () => this.#block(false))
    this.#writer.attach(channel)
    this.#clockRead = this.#time.over(model)
  }

  #readerDown(): void {
    this.#reader = undefined
    this.#downSince = performance.now()
  }

  #writerDown(): void {
    this.#time.stop()
    this.#writer.detach()
  }

  /** Both connections anew. */
  #renew(): void {
    this.#writing.drop('it gave no answer')
    this.#reading.drop('it gave no answer')
  }

  /** Something of ours is no longer there. */
  #declareAnew(): void {
    this.#declared.clear()
    this.#renew()
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
    this.#shelf.push(events, this.#fold.newest, message.text.length)
    if (job !== undefined) {
      this.#jobs.changed(job)
      this.#sweeper.changed(job)
    }
    if (entry?.offer.kind === 'say') this.#bus.hear(entry.offer.message)
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
    if (!this.#isWiped) this.#declareAnew()
    this.#isWiped = false
  }

  #replay(after: Position, signal: AbortSignal): AsyncIterable<AgedEvent> {
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
