/** A worker that is told to stop finishes what it can, and gives back the rest at no cost. One body for all backends. */
import { describe, expect, test, vi } from 'vitest'
import { act, once } from '../handlers/tasks.ts'
import type { CreateStage } from '../stage.ts'
import { Play } from '../stage.ts'

export function drain(name: string, create: CreateStage): void {
  describe(`a worker that drains on ${name}`, () => {
    test('finishes what ends within its grace, and starts nothing more', async () => {
      await using play = await Play.begin(create)
      const worker = await play.worker()
      const client = play.client()
      const running = await client.enqueue(act, { do: 'wait', ms: 400 })
      await vi.waitFor(async () => expect((await running.refresh()).state).toBe('running'), {
        timeout: 20_000,
      })
      const waiting = await client.enqueue(act, { do: 'return', value: 1 })
      await worker.stop({ grace: '20s' })
      expect((await running.refresh()).state).toBe('succeeded')
      expect((await waiting.refresh()).state).toBe('queued')
      expect(await client.workers()).toEqual([])
    })

    test.each([{ do: 'wait', ms: 60_000 }, { do: 'spin' }] as const)(
      'gives back the rest (%o) at no cost',
      async (script) => {
        await using play = await Play.begin(create)
        const worker = await play.worker()
        const client = play.client()
        const job = await client.enqueue(once, script)
        await vi.waitFor(async () => expect((await job.refresh()).state).toBe('running'), { timeout: 20_000 })
        await worker.stop({ grace: 50 })
        expect(await job.refresh()).toMatchObject({
          state: 'queued',
          attempts: [{ ended: 'released' }],
          record: { failures: 0, crashes: 0 },
        })
        // It has one attempt only, and still gets it.
        await play.worker()
        await vi.waitFor(async () => expect((await job.refresh()).state).toBe('running'), { timeout: 20_000 })
      },
    )
  })
}
