import { randomUUID } from 'node:crypto'
import { rabbitmq } from '@hotline/rabbitmq'
import { connect } from 'amqplib'
import { addressOf, urlTo } from '../server-address.ts'
import { serverSuite } from '../server-suite.ts'
import type { CreateStage } from '../stage.ts'

/** The RabbitMQ of this test run; `servers/setup.ts` found it. Empty where there is none, and the tests are left out. */
export const RABBITMQ_URL: string = process.env.RABBITMQ_URL ?? ''

export const describeRabbitMQ: (body: () => void) => void = serverSuite('rabbitmq', RABBITMQ_URL !== '')

/** A namespace of its own on a broker; each connection is a transport of its own. */
export function rabbitmqStageOn(url: string): CreateStage {
  return async ({ leaseMs, retentionMs }) => {
    const settings = { namespace: `test.${randomUUID()}`, lease: leaseMs, retention: retentionMs }
    return {
      connect: (address) => rabbitmq({ ...settings, url: urlTo(url, address) }),
      end: () => removeNamespace(url, settings.namespace),
      address: addressOf(url, 5672),
    }
  }
}

export const rabbitmqStage: CreateStage = rabbitmqStageOn(RABBITMQ_URL)

/** Deletes what a namespace has on the broker. */
export async function removeNamespace(url: string, namespace: string): Promise<void> {
  const model = await connect(url)
  try {
    const channel = await model.createChannel()
    await channel.deleteQueue(`hotline.${namespace}.v1.log`)
    await channel.deleteExchange(`hotline.${namespace}.v1`)
  } finally {
    await model.close()
  }
}
