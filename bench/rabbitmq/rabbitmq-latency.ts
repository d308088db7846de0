import type { Contest } from '../contest.ts'
import { Ground } from '../ground.ts'
import { IdleLatency } from '../idle-latency.ts'
import { BareAmqplib } from '../peers/bare-amqplib.ts'
import { needRabbitmq } from '../peers/reachable-rabbitmq.ts'
import { rabbitmqLand } from './rabbitmq-land.ts'

const JOBS = 200
const HOTLINE = 'hotline'
const BARE = 'bare amqplib, a quorum queue'

/** From the call of enqueue to the first line of the handler, one job at a time, everyone idle in between. */
export const rabbitmqLatency: Contest = {
  name: 'rabbitmq-latency',
  title: `RabbitMQ, enqueue to started at idle, p50 of ${JOBS} jobs`,
  unit: 'ms',
  targets: [{ of: HOTLINE, to: BARE, atMost: 8 }],
  async open() {
    const url = await needRabbitmq()
    const sides = [new Ground(rabbitmqLand(url, 'latency')), await BareAmqplib.start(url, 'latency')]
    const idle = await Promise.all(sides.map((side) => IdleLatency.begin(side)))
    return {
      sides: idle.map((latency, index) => () => latency.p50(index === 0 ? HOTLINE : BARE, JOBS)),
      close: async () => void (await Promise.all(sides.map((side) => side.stop()))),
    }
  },
}
