import type { Contest } from '../contest.ts'
import { Ground } from '../ground.ts'
import { IdleLatency } from '../idle-latency.ts'
import { SqliteLoop } from '../peers/sqlite-loop.ts'
import { sqliteLand } from './sqlite-land.ts'

const JOBS = 200
const HOTLINE = 'hotline'
const LOOP = 'plain loop that polls each 10 ms'

/** From the call of enqueue to the first line of the handler, over two connections, everyone idle in between. */
export const sqliteLatency: Contest = {
  name: 'sqlite-latency',
  title: `SQLite, enqueue to started at idle, p50 of ${JOBS} jobs`,
  unit: 'ms',
  targets: [
    { of: HOTLINE, atMost: 50 },
    { of: HOTLINE, to: LOOP, atMost: 1 },
  ],
  async open() {
    const sides = [
      { name: HOTLINE, side: new Ground(await sqliteLand()) },
      { name: LOOP, side: await SqliteLoop.start() },
    ]
    const idle = new Map<string, IdleLatency>()
    for (const { name, side } of sides) idle.set(name, await IdleLatency.begin(side))
    return {
      sides: [...idle].map(
        ([name, latency]) =>
          () =>
            latency.p50(name, JOBS),
      ),
      close: async () => void (await Promise.all(sides.map(({ side }) => side.stop()))),
    }
  },
}
