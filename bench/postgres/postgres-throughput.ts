import { drained, storedPerSecond } from '../contender.ts'
import type { Contest } from '../contest.ts'
import { Ground } from '../ground.ts'
import { BossLoop } from '../peers/boss-loop.ts'
import { BullPostgres } from '../peers/bullmq-postgres.ts'
import { GraphileInline } from '../peers/graphile-inline.ts'
import { needPostgres } from '../peers/reachable-postgres.ts'
import { postgresLand } from './postgres-land.ts'

const JOBS = 2000
const WIDTH = 4
/** Calls at once. */
const CALLS = 1000
const HOTLINE = `hotline, ${WIDTH} at once`
const BOSS = `raw pg-boss loop, ${WIDTH} at once`
const ENQUEUE = `hotline, ${CALLS} calls of enqueue`
const SEND = `pg-boss, ${CALLS} calls of send`

/** Jobs that do nothing, run until each end is known; and many calls at once that store one job each. */
export const postgresThroughput: Contest = {
  name: 'postgres-throughput',
  title: `PostgreSQL, ${JOBS} jobs that do nothing, inline`,
  unit: 'jobs/s',
  targets: [
    { of: HOTLINE, to: BOSS, atLeast: 0.8 },
    { of: ENQUEUE, to: SEND, atLeast: 5 },
  ],
  async open() {
    const url = await needPostgres()
    const [producer, bossProducer] = [
      new Ground(postgresLand(url, 'calls')),
      await BossLoop.start(url, 'calls'),
    ]
    const runners = [
      { name: HOTLINE, side: new Ground(postgresLand(url, 'throughput')) },
      { name: BOSS, side: await BossLoop.start(url, 'throughput') },
      { name: `graphile-worker, ${WIDTH} at once`, side: await GraphileInline.start(url, 'throughput') },
      { name: `BullMQ on PostgreSQL, ${WIDTH} at once`, side: await BullPostgres.start(url, 'throughput') },
    ]
    const calls = (side: Ground | BossLoop) =>
      storedPerSecond(CALLS, () => Promise.all(Array.from({ length: CALLS }, (_, data) => side.add(data))))
    return {
      sides: [
        async () => ({ [ENQUEUE]: await calls(producer) }),
        async () => ({ [SEND]: await calls(bossProducer) }),
        ...runners.map(({ name, side }) => async () => ({ [name]: await drained(side, JOBS, WIDTH) })),
      ],
      close: async () =>
        void (await Promise.all(
          [producer, bossProducer, ...runners.map(({ side }) => side)].map((side) => side.stop()),
        )),
    }
  },
}
