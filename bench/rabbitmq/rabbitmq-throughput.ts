import { drained } from '../contender.ts'
import type { Contest } from '../contest.ts'
import { Ground } from '../ground.ts'
import { BareAmqplib } from '../peers/bare-amqplib.ts'
import { needRabbitmq } from '../peers/reachable-rabbitmq.ts'
import { rabbitmqLand } from './rabbitmq-land.ts'

const JOBS = 2000
const WIDTH = 4
const HOTLINE = `hotline, ${WIDTH} at once`
const BARE = `bare amqplib, ${WIDTH} consumers, prefetch 1`

/** Jobs that do nothing, run until each end is known. */
export const rabbitmqThroughput: Contest = {
  name: 'rabbitmq-throughput',
  title: `RabbitMQ, ${JOBS} jobs that do nothing, inline`,
  unit: 'jobs/s',
  targets: [{ of: HOTLINE, to: BARE, atLeast: 0.15 }],
  async open() {
    const url = await needRabbitmq()
    const [hotline, bare] = [
      new Ground(rabbitmqLand(url, 'throughput')),
      await BareAmqplib.start(url, 'throughput'),
    ]
    return {
      sides: [
        async () => ({ [HOTLINE]: await drained(hotline, JOBS, WIDTH) }),
        async () => ({ [BARE]: await drained(bare, JOBS, WIDTH) }),
      ],
      close: async () => void (await Promise.all([hotline.stop(), bare.stop()])),
    }
  },
}
