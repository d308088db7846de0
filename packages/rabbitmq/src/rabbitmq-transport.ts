import type { TransportDescription, TransportLimits } from '@hotline/core'
import { SessionTransport } from '@hotline/core'
import type { ChannelModel } from 'amqplib'
import type { Names } from './names.ts'
import { RabbitMQSession } from './rabbitmq-session.ts'

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

  protected override begin(): RabbitMQSession {
    return new RabbitMQSession(this.#plan)
  }
}
