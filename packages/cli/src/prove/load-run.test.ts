import { expect, test } from 'vitest'
import { BrokenGround } from '../testing/broken-ground.ts'
import type { LoadPlan } from './load-plan.ts'
import { LoadRun } from './load-run.ts'

const plan: LoadPlan = { jobs: 3, cpuMs: 1, bytes: 1, workers: 1, concurrency: 1, kill: false }

test('a worker that holds two is caught, with the jobs that overlapped', { timeout: 15_000 }, async () => {
  const run = new LoadRun(plan, new BrokenGround('holds-two'))
  const { proof } = await run.run(AbortSignal.timeout(10_000))
  expect(proof).toMatchObject({ verdict: 'refuted', jobs: 3, succeeded: 3, peakRunning: 2, limit: 1 })
  expect(proof.violations).toMatchObject([
    {
      kind: 'limit',
      jobs: [expect.any(String), expect.any(String)],
      text: expect.stringContaining('limit is 1'),
    },
  ])
})

test('a job that is lost ends the wait, and is named', { timeout: 15_000 }, async () => {
  const run = new LoadRun({ ...plan, jobs: 2 }, new BrokenGround('loses-one'), 300)
  const { proof } = await run.run(AbortSignal.timeout(10_000))
  expect(proof).toMatchObject({ verdict: 'refuted', jobs: 2, succeeded: 1, lost: 1 })
  expect(proof.violations).toMatchObject([{ kind: 'lost', text: expect.stringContaining('has no end') }])
})

test('who interrupts it gets the reason, and nothing is left', async () => {
  const stop = new AbortController()
  const running = new LoadRun(plan, new BrokenGround('loses-one')).run(stop.signal)
  stop.abort(new Error('enough'))
  await expect(running).rejects.toThrow('enough')
})
