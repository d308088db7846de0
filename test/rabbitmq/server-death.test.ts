import { setTimeout } from 'node:timers/promises'
import { connect } from 'amqplib'
import { vi } from 'vitest'
import { serverDeath } from '../bodies/server-death.ts'
import { PrivateRabbitmq } from '../servers/private-rabbitmq.ts'
import type { Stage } from '../stage.ts'
import { describeRabbitMQ, rabbitmqStageOn } from './rabbitmq-stage.ts'

/** A broker takes some 5 s to start, more on a busy machine, and some to find the leaders of its streams. */
const LEASES = 10
/**
 * A stream that RabbitMQ 3.10 made just before it is killed has no leader when it is back, for good. Measured: lost at once
 * after the declaration, whole 10 s after it, also under load.
 */
const SETTLED_MS = 10_000
/** How much longer all of it takes than on Redis, which is back at once. */
const SLACK = 2
/** A connection tries again every 250 ms at most: who was cut off is back by then, and the next kill hits those at work. */
const RECONNECTED_MS = 3_000

describeRabbitMQ(() =>
  serverDeath(
    'rabbitmq',
    async ({ persistent: _persistent, ...wanted }) => {
      const server = await PrivateRabbitmq.start()
      const stage = await rabbitmqStageOn(server.url)({ ...wanted, leaseMs: LEASES * wanted.leaseMs })
      await untilLed(stage)
      await setTimeout(SETTLED_MS)
      return {
        ...stage,
        kill: () => server.kill(),
        start: async () => {
          await server.start()
          await untilLed(stage)
          await setTimeout(RECONNECTED_MS)
        },
        wipe: () => deleteLogs(server),
        end: () => server[Symbol.asyncDispose](),
      }
    },
    SLACK,
  ),
)

/** Resolves when the stream has a leader, which takes it up to some seconds after each start. */
async function untilLed(stage: Stage): Promise<void> {
  await vi.waitFor(
    async () => {
      await using transport = stage.connect()
      await transport.open()
    },
    { timeout: 60_000 },
  )
}

async function deleteLogs(server: PrivateRabbitmq): Promise<void> {
  const names = (await server.ctl('list_queues', 'name')).split('\n')
  const model = await connect(server.url)
  const channel = await model.createChannel()
  for (const name of names.filter((one) => one.endsWith('.log'))) await channel.deleteQueue(name)
  await model.close()
}
