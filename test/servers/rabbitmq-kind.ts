import { PrivateRabbitmq, probeRabbitmq } from './private-rabbitmq.ts'
import type { ServerKind } from './server-kind.ts'

export const rabbitmqKind: ServerKind = {
  name: 'RabbitMQ',
  variable: 'RABBITMQ_URL',
  localUrl: 'amqp://guest:guest@127.0.0.1:5672',
  probe: probeRabbitmq,
  program: 'rabbitmq-server',
  startPrivate: async () => {
    const server = await PrivateRabbitmq.start()
    return { url: server.url, stop: () => server[Symbol.asyncDispose]() }
  },
  packages: { 'apt-get': 'rabbitmq-server', apk: 'rabbitmq-server' },
  service: 'rabbitmq',
}
