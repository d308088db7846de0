import { costPerJob, fillFinished, fillQueued } from '../contender.ts'
import type { Contest, Figures } from '../contest.ts'
import { Ground } from '../ground.ts'
import { needRedis } from '../peers/reachable-redis.ts'
import { redisLand } from './redis-land.ts'

const BATCH = 1000
const WIDTH = 10
const FEW = 1000
const MANY = 100_000
const queued = (count: number) => `a job, ${count.toLocaleString('en')} queued`
const finished = (count: number) => `a job, ${count.toLocaleString('en')} finished`

/** What a job costs, enqueued and run, beside jobs that wait and beside jobs that are finished and kept. */
export const redisFlatness: Contest = {
  name: 'redis-flatness',
  title: 'Redis, cost beside other jobs, inline',
  unit: 'µs',
  targets: [
    { of: queued(MANY), to: queued(FEW), atMost: 1.2 },
    { of: finished(MANY), to: finished(FEW), atMost: 1.2 },
  ],
  async open() {
    const url = await needRedis()
    const grounds: Ground[] = []
    const sides: (() => Promise<Figures>)[] = []
    for (const count of [FEW, MANY]) {
      const waiting = new Ground(redisLand(url, 'queued'))
      await fillQueued(waiting, count, BATCH)
      const kept = new Ground(redisLand(url, 'finished'))
      await fillFinished(kept, count, BATCH, WIDTH)
      grounds.push(waiting, kept)
      sides.push(async () => ({ [queued(count)]: await costPerJob(waiting, BATCH, WIDTH) }))
      sides.push(async () => ({ [finished(count)]: await costPerJob(kept, BATCH, WIDTH) }))
    }
    const close = async () => {
      for (const ground of grounds) await ground.stop()
    }
    return { sides, close }
  },
}
