import { drained, storedPerSecond } from '../contender.ts'
import type { Contest } from '../contest.ts'
import { Ground } from '../ground.ts'
import { SqliteLoop } from '../peers/sqlite-loop.ts'
import { sqliteLand } from './sqlite-land.ts'

const JOBS = 2000
const WIDTH = 4
const HOTLINE = `hotline, ${WIDTH} at once`
const LOOP = `plain loop, ${WIDTH} at once`
const HOTLINE_BULK = 'hotline enqueueMany'
const LOOP_BULK = 'plain loop, inserts in transactions'

/** Jobs that do nothing: stored in bulk, and run until each end is known. The plain loop keeps one row of it all. */
export const sqliteThroughput: Contest = {
  name: 'sqlite-throughput',
  title: `SQLite, ${JOBS} jobs that do nothing, inline`,
  unit: 'jobs/s',
  targets: [
    { of: HOTLINE, to: LOOP, atLeast: 0.5 },
    // It writes five rows and entries of indexes for a job, with its founding event, where the loop writes one.
    { of: HOTLINE_BULK, to: LOOP_BULK, atLeast: 0.04 },
  ],
  async open() {
    const [producer, ground] = [new Ground(await sqliteLand()), new Ground(await sqliteLand())]
    const [loopProducer, loop] = [await SqliteLoop.start(), await SqliteLoop.start()]
    return {
      sides: [
        async () => ({ [HOTLINE_BULK]: await storedPerSecond(JOBS, () => producer.addMany(JOBS)) }),
        async () => ({ [LOOP_BULK]: await storedPerSecond(JOBS, () => loopProducer.addMany(JOBS)) }),
        async () => ({ [HOTLINE]: await drained(ground, JOBS, WIDTH) }),
        async () => ({ [LOOP]: await drained(loop, JOBS, WIDTH) }),
      ],
      close: async () =>
        void (await Promise.all([producer, ground, loopProducer, loop].map((side) => side.stop()))),
    }
  },
}
