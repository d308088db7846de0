/** A supervisor keeps its leases, whatever handlers and the application do to the machine. One body for all backends. */
import { describe, expect, test } from 'vitest'
import { act } from '../handlers/tasks.ts'
import type { CreateStage } from '../stage.ts'
import { LEASE_MS, Play } from '../stage.ts'
import { untilState } from '../until-state.ts'

/** More than there are cores, on any machine that runs the tests in reasonable time. */
const SPINNERS = 6

export function overload(name: string, create: CreateStage): void {
  describe(`a lease on ${name} is kept`, () => {
    test('while handlers spin for three leases on more cores than there are', async () => {
      await using play = await Play.begin(create)
      const client = play.client()
      await play.workerProcess({ concurrency: SPINNERS })
      const items = Array.from({ length: SPINNERS }, () => ({
        input: { do: 'spin' as const, ms: 3 * LEASE_MS },
      }))
      const jobs = await client.enqueueMany(act, items)
      for (const job of jobs) expect(await job.result({ timeout: '60s' })).toBe('spun')
      for (const job of jobs) expect(job.attempts).toMatchObject([{ attempt: 1, ended: 'succeeded' }])
    }, 90_000)

    test('while the application that hosts the worker blocks its event loop for two leases', async () => {
      await using play = await Play.begin(create)
      const client = play.client()
      const host = await play.workerProcess()
      await play.workerProcess({ name: 'rival' })
      const job = await client.enqueue(act, { do: 'spin', ms: 3 * LEASE_MS })
      await untilState(job, 'running')
      await host.block(2 * LEASE_MS)
      expect(await job.result({ timeout: '60s' })).toBe('spun')
      expect(job.attempts).toMatchObject([{ attempt: 1, ended: 'succeeded' }])
    }, 90_000)
  })
}
