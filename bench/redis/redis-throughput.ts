import { drained, storedPerSecond } from '../contender.ts'
import type { Contest } from '../contest.ts'
import { Ground } from '../ground.ts'
import { BullInline } from '../peers/bullmq-inline.ts'
import { needRedis } from '../peers/reachable-redis.ts'
import { redisLand } from './redis-land.ts'

/** Enough that both sides run as they do for hours: with 2,000 half of a round is spent on compiling code. */
const JOBS = 8000
const WIDTHS = [1, 10]
const hotline = (width: number) => `hotline, ${width} at once`
const bullmq = (width: number) => `BullMQ, ${width} at once`
const HOTLINE_BULK = 'hotline enqueueMany'
const BULL_BULK = 'BullMQ addBulk'

/**
 * Jobs that do nothing. Stored in bulk by a producer that does nothing else; and run, until a reader of the stored events
 * has heard of each end.
 */
export const redisThroughput: Contest = {
  name: 'redis-throughput',
  title: `Redis, ${JOBS} jobs that do nothing, inline`,
  unit: 'jobs/s',
  targets: [
    ...WIDTHS.map((width) => ({ of: hotline(width), to: bullmq(width), atLeast: 0.8 })),
    { of: HOTLINE_BULK, to: BULL_BULK, atLeast: 1 },
  ],
  async open() {
    const url = await needRedis()
    const [producer, ground] = [new Ground(redisLand(url, 'bulk')), new Ground(redisLand(url, 'throughput'))]
    const [bullProducer, bull] = [new BullInline(url, 'bulk'), new BullInline(url, 'throughput')]
    const bulk = [
      async () => ({ [HOTLINE_BULK]: await storedPerSecond(JOBS, () => producer.addMany(JOBS)) }),
      async () => ({ [BULL_BULK]: await storedPerSecond(JOBS, () => bullProducer.addMany(JOBS)) }),
    ]
    const runs = WIDTHS.flatMap((width) => [
      async () => ({ [hotline(width)]: await drained(ground, JOBS, width) }),
      async () => ({ [bullmq(width)]: await drained(bull, JOBS, width) }),
    ])
    return {
      sides: [...bulk, ...runs],
      close: async () =>
        void (await Promise.all([producer, ground, bullProducer, bull].map((side) => side.stop()))),
    }
  },
}
