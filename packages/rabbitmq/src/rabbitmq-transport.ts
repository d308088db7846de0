import type { TransportDescription, TransportLimits } from '@hotline/core'
import { SessionTransport } from '@hotline/core'
import type { ChannelModel } from 'amqplib'
import { startError } from './call-errors.ts'
import type { Names } from './names.ts'
import { RabbitMQSession } from './rabbitmq-session.ts'
import type { TopologyPlan } from './topology.ts'
import { declareTopology, topologyText } from './topology.ts'

/** What a RabbitMQ transport is made of. */
export interface RabbitMQPlan {
  readonly names: Names
  readonly limits: TransportLimits
  readonly connect: () => Promise<ChannelModel>
  readonly description: TransportDescription | undefined
}

/** The transport on RabbitMQ. */
export class RabbitMQTransport extends SessionTransport<RabbitMQSession> {
  readonly #plan: RabbitMQPlan

  constructor(plan: RabbitMQPlan) {
    super({ name: 'rabbitmq', ...plan })
    this.#plan = plan
  }

  /** Deletes the namespace with all its jobs and events, for tests and demos. */
  async wipe(): Promise<void> {
    await this.at('wipe').wipe()
  }

  /** What the namespace needs on the broker, a line per part. */
  topologyText(): string {
    return topologyText(this.#topology)
  }

  /** Creates it ahead of those who use it, over a connection of its own. @throws TransportError */
  async createTopology(): Promise<void> {
    let model: ChannelModel | undefined
    try {
      model = await this.#plan.connect()
      model.on('error', () => {})
      await declareTopology(model, this.#topology)
    } catch (error) {
      throw startError(error)
    } finally {
      await model?.close().catch(() => {})
    }
  }

  get #topology(): TopologyPlan {
    return { names: this.#plan.names, retentionMs: this.limits.retentionMs }
  }

  protected override begin(): RabbitMQSession {
    return new RabbitMQSession(this.#plan)
  }
}
