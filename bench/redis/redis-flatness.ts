import type { Contest, Figures } from '../contest.ts'
import { needRedis } from '../peers/reachable-redis.ts'
import { Ground } from './ground.ts'

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
      const waiting = new Ground(url, 'queued')
      await enqueueMany(waiting, count)
      const kept = new Ground(url, 'finished')
      await finishMany(kept, count)
      grounds.push(waiting, kept)
      sides.push(async () => ({ [queued(count)]: await cost(waiting) }))
      sides.push(async () => ({ [finished(count)]: await cost(kept) }))
    }
    const close = async () => {
      for (const ground of grounds) await ground.stop()
    }
    return { sides, close }
  },
}

/** A batch comes in and as many go out, so that what waits stays as much. */
async function cost(ground: Ground): Promise<number> {
  const done = ground.succeeded(BATCH)
  const began = performance.now()
  await ground.enqueueMany(BATCH)
  await ground.work(WIDTH, () => {})
  await done
  const ms = performance.now() - began
  await ground.rest()
  return (ms / BATCH) * 1000
}

async function enqueueMany(ground: Ground, count: number): Promise<void> {
  for (let left = count; left > 0; left -= BATCH) await ground.enqueueMany(Math.min(left, BATCH))
}

async function finishMany(ground: Ground, count: number): Promise<void> {
  await ground.work(WIDTH, () => {})
  for (let left = count; left > 0; left -= BATCH) {
    const done = ground.succeeded(BATCH)
    await ground.enqueueMany(BATCH)
    await done
  }
  await ground.rest()
}
