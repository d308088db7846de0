import type { Contest, Figures } from '../contest.ts'
import { BullInline } from '../peers/bullmq-inline.ts'
import { needRedis } from '../peers/reachable-redis.ts'
import { Ground } from './ground.ts'

const JOBS = 2000
const WIDTHS = [1, 10]
const hotline = (width: number) => `hotline, ${width} at once`
const bullmq = (width: number) => `BullMQ, ${width} at once`
const HOTLINE_BULK = 'hotline enqueueMany'
const BULL_BULK = 'BullMQ addBulk'

/** Jobs that do nothing: stored in bulk, then run, until a reader of the stored events has heard of each end. */
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
    const ground = new Ground(url, 'throughput')
    const bull = new BullInline(url, 'throughput')
    const run = async (width: number): Promise<Figures> => ({
      [hotline(width)]: await drained(ground, width, () => ground.succeeded(JOBS)),
      [bullmq(width)]: await drained(bull, width, () => bull.completed(JOBS)),
    })
    const bulk = [
      async () => ({ [HOTLINE_BULK]: await rate(() => ground.enqueueMany(JOBS)) }),
      async () => ({ [BULL_BULK]: await rate(() => bull.addMany(JOBS)) }),
    ]
    return {
      sides: WIDTHS.flatMap((width) => [...bulk, () => run(width)]),
      close: async () => void (await Promise.all([ground.stop(), bull.stop()])),
    }
  },
}

/** From a worker that starts to the last job that it ended. */
async function drained(side: Ground | BullInline, width: number, done: () => Promise<void>): Promise<number> {
  let first = 0
  let ran = 0
  const onRun = () => {
    if (ran++ === 0) first = performance.now()
  }
  const last = done()
  await side.work(width, onRun)
  await last
  const ms = performance.now() - first
  await side.rest()
  return (JOBS / ms) * 1000
}

async function rate(run: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await run()
  return (JOBS / (performance.now() - began)) * 1000
}
