import type { Contest } from '../contest.ts'
import { Ground } from '../ground.ts'
import { IdleLatency } from '../idle-latency.ts'
import { BullInline } from '../peers/bullmq-inline.ts'
import { needRedis } from '../peers/reachable-redis.ts'
import { redisLand } from './redis-land.ts'

const JOBS = 200
const HOTLINE = 'hotline'
const BULL = 'BullMQ'

/** From the call of enqueue to the first line of the handler, one job at a time, everyone idle in between. */
export const redisLatency: Contest = {
  name: 'redis-latency',
  title: `Redis, enqueue to started at idle, p50 of ${JOBS} jobs`,
  unit: 'ms',
  targets: [{ of: HOTLINE, to: BULL, atMost: 1.2 }],
  async open() {
    const url = await needRedis()
    const ground = new Ground(redisLand(url, 'latency'))
    const bull = new BullInline(url, 'latency')
    const [ours, theirs] = [await IdleLatency.begin(ground), await IdleLatency.begin(bull)]
    return {
      sides: [() => ours.p50(HOTLINE, JOBS), () => theirs.p50(BULL, JOBS)],
      close: async () => void (await Promise.all([ground.stop(), bull.stop()])),
    }
  },
}
