import { availableParallelism } from 'node:os'
import { createClient, memory } from '@hotline/core'
import { createWorker } from '@hotline/worker'
import type { Contest, Figures } from './contest.ts'
import { BullSandbox } from './peers/bullmq-sandbox.ts'
import { ForkPool } from './peers/fork-pool.ts'
import { reachableRedis } from './peers/reachable-redis.ts'
import { burnTask } from './tasks.ts'

const JOBS = 60
const JOB_MS = 250
const SLOTS = availableParallelism()

const jobs = Array.from({ length: JOBS }, () => ({ ms: JOB_MS }))
const HOTLINE = 'hotline, memory'
const FORK = 'bare fork pool'
const BULL = 'BullMQ sandbox'
const IDEAL = 'ideal'

/** From the first enqueue to the last result, everyone warm, one process per core. */
export const makespan: Contest = {
  name: 'makespan',
  title: `${JOBS} jobs of ${JOB_MS} ms of CPU, ${SLOTS} at once: until all are done`,
  unit: 'ms',
  targets: [
    { of: HOTLINE, to: FORK, atMost: 1.02 },
    { of: HOTLINE, to: BULL, atMost: 1 },
    { of: HOTLINE, to: IDEAL, atMost: 1.1 },
  ],
  async open() {
    const transport = memory()
    const client = createClient({ transport })
    const handlers = new URL('./handlers.ts', import.meta.url)
    const worker = createWorker({ transport, handlers, concurrency: SLOTS, niceness: 0 })
    await worker.start()
    const pool = await ForkPool.start(SLOTS)
    const redisUrl = await reachableRedis()
    const bull = redisUrl === undefined ? undefined : await BullSandbox.start(redisUrl, SLOTS)

    const hotline = async () => {
      const handles = await client.enqueueMany(
        burnTask,
        jobs.map((input) => ({ input })),
      )
      await Promise.all(handles.map((job) => job.result()))
    }
    const sides = [
      () => timed(HOTLINE, hotline),
      () => timed(FORK, () => pool.run(jobs)),
      ...(bull === undefined ? [] : [() => timed(BULL, () => bull.run(jobs))]),
      async () => ({ [IDEAL]: Math.ceil(JOBS / SLOTS) * JOB_MS }),
    ]
    const close = async () => {
      await Promise.all([worker.stop(), pool.stop(), bull?.stop()])
      await client.close()
    }
    return { sides, close, absent: bull === undefined ? [`${BULL}: no Redis is reachable`] : [] }
  },
}

async function timed(name: string, run: () => Promise<void>): Promise<Figures> {
  const began = performance.now()
  await run()
  return { [name]: performance.now() - began }
}
