import { connect } from 'amqplib'
import { expect, test } from 'vitest'
import { findServer } from './find-server.ts'
import { PrivateRabbitmq, probeRabbitmq } from './private-rabbitmq.ts'
import { rabbitmqKind } from './rabbitmq-kind.ts'

const QUEUE = 'kept'

test('private brokers live beside each other, each with its own settings, users and files', {
  timeout: 120_000,
}, async () => {
  const machine = {
    env: {},
    hasProgram: async () => true,
    install: async () => false,
    composeUp: async () => false,
  }
  const options = {
    settings: { consumer_timeout: '20000', heartbeat: '5' },
    advanced: { channel_tick_interval: 5000 },
  }
  const [found, own] = await Promise.all([
    findServer({ ...rabbitmqKind, localUrl: 'amqp://127.0.0.1:1' }, machine),
    PrivateRabbitmq.start(options),
  ])
  await using broker = own
  if (found.url === undefined) throw new Error(found.problem)
  try {
    expect(found.how).toBe('a private one')
    await probeRabbitmq(found.url)
    const asked = 'application:get_env(rabbit, '
    expect(await broker.ctl('eval', `${asked}consumer_timeout).`)).toContain('{ok,20000}')
    expect(await broker.ctl('eval', `${asked}channel_tick_interval).`)).toContain('{ok,5000}')
    const vhost = await broker.addVhost('of a/test')
    await probeRabbitmq(vhost)
    await expect(probeRabbitmq(vhost.replace(broker.url, found.url))).rejects.toThrow('ConnectionClose')

    await publish(vhost)
    await broker.restart()
    await expect.poll(() => kept(vhost).catch(String), { timeout: 30_000 }).toBe(1)
    expect(await broker.log()).toContain('Server startup complete')
    await broker.kill()
    await expect(probeRabbitmq(vhost)).rejects.toThrow('ECONNREFUSED')
  } finally {
    await found.stop()
  }
  await expect(probeRabbitmq(found.url)).rejects.toThrow('ECONNREFUSED')
})

async function publish(url: string): Promise<void> {
  const connection = await connect(url)
  const channel = await connection.createConfirmChannel()
  await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  channel.sendToQueue(QUEUE, Buffer.from('confirmed'), { persistent: true })
  await channel.waitForConfirms()
  await connection.close()
}

/** By declaring passively: RabbitMQ 3.10 never answers a `basic.get` that meets a queue without a leader. */
async function kept(url: string): Promise<number> {
  const connection = await connect(url)
  try {
    const channel = await connection.createChannel()
    channel.on('error', () => {})
    return (await channel.checkQueue(QUEUE)).messageCount
  } finally {
    await connection.close()
  }
}
