import { setTimeout } from 'node:timers/promises'
import type { Contest, Figures } from '../contest.ts'
import { BullInline } from '../peers/bullmq-inline.ts'
import { needRedis } from '../peers/reachable-redis.ts'
import { noop } from '../tasks.ts'
import { Ground } from './ground.ts'

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
    const ground = new Ground(url, 'latency')
    const bull = new BullInline(url, 'latency')
    let onRun: () => void = () => {}
    await ground.work(1, () => onRun())
    await bull.work(1, () => onRun())
    const p50 = async (name: string, enqueue: (data: number) => Promise<unknown>): Promise<Figures> => {
      const waits: number[] = []
      for (let data = 0; data < JOBS; data++) {
        const started = Promise.withResolvers<void>()
        onRun = started.resolve
        const began = performance.now()
        const enqueued = enqueue(data)
        await started.promise
        waits.push(performance.now() - began)
        await enqueued
        // Until the job is settled and its worker waits again.
        await setTimeout(3)
      }
      return { [name]: waits.toSorted((a, b) => a - b)[JOBS / 2] ?? Number.NaN }
    }
    return {
      sides: [
        () => p50(HOTLINE, (input) => ground.client.enqueue(noop, input)),
        () => p50(BULL, (data) => bull.queue.add('noop', data)),
      ],
      close: async () => void (await Promise.all([ground.stop(), bull.stop()])),
    }
  },
}
