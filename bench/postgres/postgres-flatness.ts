import { costPerJob, fillFinished, fillQueued } from '../contender.ts'
import type { Contest, Figures } from '../contest.ts'
import { Ground } from '../ground.ts'
import { needPostgres } from '../peers/reachable-postgres.ts'
import { postgresLand } from './postgres-land.ts'

const BATCH = 500
const WIDTH = 4
const FEW = 1000
const MANY_QUEUED = 100_000
const MANY_FINISHED = 200_000
const queued = (count: number) => `a job, ${count.toLocaleString('en')} queued`
const finished = (count: number) => `a job, ${count.toLocaleString('en')} finished`

/** What a job costs, enqueued and run, beside jobs that wait and beside jobs that are finished and kept. */
export const postgresFlatness: Contest = {
  name: 'postgres-flatness',
  title: 'PostgreSQL, cost beside other jobs, inline',
  unit: 'µs',
  targets: [
    { of: queued(MANY_QUEUED), to: queued(FEW), atMost: 1.3 },
    { of: finished(MANY_FINISHED), to: finished(FEW), atMost: 1.3 },
  ],
  async open() {
    const url = await needPostgres()
    const grounds: Ground[] = []
    const sides: (() => Promise<Figures>)[] = []
    for (const count of [FEW, MANY_QUEUED]) {
      const waiting = new Ground(postgresLand(url, 'queued'))
      grounds.push(waiting)
      await fillQueued(waiting, count, BATCH)
      sides.push(async () => ({ [queued(count)]: await costPerJob(waiting, BATCH, WIDTH) }))
    }
    for (const count of [FEW, MANY_FINISHED]) {
      const kept = new Ground(postgresLand(url, 'finished'))
      grounds.push(kept)
      await fillFinished(kept, count, BATCH, WIDTH)
      sides.push(async () => ({ [finished(count)]: await costPerJob(kept, BATCH, WIDTH) }))
    }
    const close = async () => {
      for (const ground of grounds) await ground.stop()
    }
    return { sides, close }
  },
}
