import { randomUUID } from 'node:crypto'
import { proved } from '../bodies/proved.ts'
import { PrivateRabbitmq } from '../servers/private-rabbitmq.ts'
import { describeRabbitMQ } from './rabbitmq-stage.ts'

describeRabbitMQ(() =>
  proved('rabbitmq', async () => {
    const server = await PrivateRabbitmq.start()
    const vhost = `prove.${randomUUID()}`
    const url = await server.addVhost(vhost)
    return {
      url,
      remains: async () => {
        const queues = await server.ctl('list_queues', '--vhost', vhost, '--no-table-headers', 'name')
        return queues.split('\n').filter((line) => line !== '')
      },
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    }
  }),
)
