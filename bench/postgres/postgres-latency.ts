import type { Contest } from '../contest.ts'
import { Ground } from '../ground.ts'
import { IdleLatency } from '../idle-latency.ts'
import { BossLoop } from '../peers/boss-loop.ts'
import { BullPostgres } from '../peers/bullmq-postgres.ts'
import { GraphileInline } from '../peers/graphile-inline.ts'
import { needPostgres } from '../peers/reachable-postgres.ts'
import { postgresLand } from './postgres-land.ts'

const JOBS = 200
const HOTLINE = 'hotline'
const BOSS = 'raw pg-boss loop'
const GRAPHILE = 'graphile-worker'
const BULL = 'BullMQ on PostgreSQL'

/** From the call of enqueue to the first line of the handler, one job at a time, everyone idle in between. */
export const postgresLatency: Contest = {
  name: 'postgres-latency',
  title: `PostgreSQL, enqueue to started at idle, p50 of ${JOBS} jobs`,
  unit: 'ms',
  targets: [
    { of: HOTLINE, to: BOSS, atMost: 1.2 },
    { of: HOTLINE, to: GRAPHILE, atMost: 1 },
  ],
  async open() {
    const url = await needPostgres()
    const sides = [
      { name: HOTLINE, side: new Ground(postgresLand(url, 'latency')) },
      { name: BOSS, side: await BossLoop.start(url, 'latency') },
      { name: GRAPHILE, side: await GraphileInline.start(url, 'latency') },
      { name: BULL, side: await BullPostgres.start(url, 'latency') },
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
