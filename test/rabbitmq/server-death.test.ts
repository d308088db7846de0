import { connect } from 'amqplib'
import { serverDeath } from '../bodies/server-death.ts'
import { PrivateRabbitmq } from '../servers/private-rabbitmq.ts'
import { describeRabbitMQ, rabbitmqStageOn } from './rabbitmq-stage.ts'

/** A broker takes some 5 s to start, and some more to find the leaders of its streams. */
const LEASES = 6

describeRabbitMQ(() =>
  serverDeath('rabbitmq', async ({ persistent: _persistent, ...wanted }) => {
    const server = await PrivateRabbitmq.start()
    const stage = await rabbitmqStageOn(server.url)({ ...wanted, leaseMs: LEASES * wanted.leaseMs })
    return {
      ...stage,
      kill: () => server.kill(),
      start: () => server.start(),
      wipe: () => deleteLogs(server),
      end: () => server[Symbol.asyncDispose](),
    }
  }),
)

async function deleteLogs(server: PrivateRabbitmq): Promise<void> {
  const names = (await server.ctl('list_queues', 'name')).split('\n')
  const model = await connect(server.url)
  const channel = await model.createChannel()
  for (const name of names.filter((one) => one.endsWith('.log'))) await channel.deleteQueue(name)
  await model.close()
}
