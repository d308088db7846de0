/**
 * amqplib alone: publish with confirm to a quorum queue, and consumers with a prefetch of 1 that acknowledge. It stores no
 * state, no result and no event: the floor of what a job on RabbitMQ can cost.
 */
import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib'
import { connect } from 'amqplib'
import type { Contender } from '../contender.ts'
import { EndCount } from './end-count.ts'

export class BareAmqplib implements Contender {
  readonly #queue: string
  readonly #connection: ChannelModel
  readonly #publisher: ConfirmChannel
  #consumers: Channel[] = []
  readonly #ended = new EndCount()

  private constructor(queue: string, connection: ChannelModel, publisher: ConfirmChannel) {
    this.#queue = queue
    this.#connection = connection
    this.#publisher = publisher
  }

  static async start(url: string, name: string): Promise<BareAmqplib> {
    const queue = `bench-bare-${name}-${process.pid}`
    const connection = await connect(url, { noDelay: true })
    const publisher = await connection.createConfirmChannel()
    await publisher.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
    return new BareAmqplib(queue, connection, publisher)
  }

  add(data: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#publisher.sendToQueue(
        this.#queue,
        Buffer.from(String(data)),
        { persistent: true, mandatory: true },
        (error: unknown) => (error === null || error === undefined ? resolve() : reject(error)),
      )
    })
  }

  async addMany(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, (_, data) => this.add(data)))
  }

  async work(concurrency: number, onRun: (data: number) => void): Promise<void> {
    for (let slot = 0; slot < concurrency; slot++) {
      const channel = await this.#connection.createChannel()
      await channel.prefetch(1)
      await channel.consume(this.#queue, (message) => {
        if (message === null) return
        onRun(Number(message.content))
        channel.ack(message)
        this.#ended.add()
      })
      this.#consumers.push(channel)
    }
  }

  done(count: number): Promise<void> {
    return this.#ended.reach(count)
  }

  async rest(): Promise<void> {
    await Promise.all(this.#consumers.map((channel) => channel.close()))
    this.#consumers = []
  }

  async stop(): Promise<void> {
    await this.rest()
    await this.#publisher.deleteQueue(this.#queue)
    await this.#connection.close()
  }
}
