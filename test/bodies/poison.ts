/** A job that always kills its process does no harm to the others, and ends. One body for all backends. */
import { expect, test } from 'vitest'
import { act } from '../handlers/tasks.ts'
import type { CreateStage } from '../stage.ts'
import { Play } from '../stage.ts'

export function poison(name: string, create: CreateStage): void {
  test(`a job that always kills its process is poisoned at the crash limit, beside 100 good ones, on ${name}`, async () => {
    await using play = await Play.begin(create)
    await play.worker({ concurrency: 2 })
    const client = play.client()
    const bad = await client.enqueue(act, { do: 'kill-self', signal: 'SIGKILL' })
    const quits = await client.enqueue(act, { do: 'exit', code: 0 })
    const good = await client.enqueueMany(
      act,
      Array.from({ length: 100 }, (_, value) => ({ input: { do: 'return' as const, value } })),
    )
    const results = await Promise.all(good.map((job) => job.result({ timeout: '1m' })))
    expect(results).toEqual(good.map((_, value) => value))

    await expect(bad.result({ timeout: '1m' })).rejects.toMatchObject({
      code: 'JOB_POISONED',
      cause: { name: 'JobPoisoned' },
    })
    expect(bad.state).toBe('failed')
    expect(bad.attempts).toHaveLength(3)
    for (const attempt of bad.attempts) {
      expect(attempt).toMatchObject({
        ended: 'lost',
        code: 'PROCESS_SIGNAL',
        signal: 'SIGKILL',
        runMs: expect.any(Number),
      })
    }
    await expect(quits.result({ timeout: '1m' })).rejects.toMatchObject({ code: 'JOB_POISONED' })
    expect(quits.attempts.map(({ code, exitCode }) => [code, exitCode])).toEqual(
      Array(3).fill(['PROCESS_EXIT', 0]),
    )
  }, 120_000)
}
