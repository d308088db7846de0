/** A supervisor is killed while its handlers spin: nothing of it goes on, all of it is done again. One body for all. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { isAlive } from '../is-alive.ts'
import type { CreateStage } from '../stage.ts'
import { LEASE_MS, Play } from '../stage.ts'
import { untilState } from '../until-state.ts'

const PROMISED_MS = 2000

export function killedSupervisor(name: string, create: CreateStage): void {
  test(`the jobs of a killed supervisor run again within two leases, and never twice at once, on ${name}`, async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'hotline-killed-'))
    await using play = await Play.begin(create)
    const client = play.client()
    const doomed = await play.workerProcess({ concurrency: 2 })
    const files = ['a', 'b'].map((file) => path.join(folder, file))
    const jobs = await client.enqueueMany(
      act,
      files.map((file) => ({ input: { do: 'tick' as const, file } })),
    )
    for (const job of jobs) await untilState(job, 'running')
    const first = await Promise.all(files.map(writer))
    await play.workerProcess({ concurrency: 2, name: 'heir' })

    await doomed.kill()
    const killedAt = Date.now()
    await vi.waitFor(() => expect(first.filter(isAlive)).toEqual([]), { timeout: 10_000, interval: 10 })
    expect(Date.now() - killedAt).toBeLessThan(PROMISED_MS)

    for (const [index, job] of jobs.entries()) {
      // The new process writes only after the old one is dead, or there would be two.
      await vi.waitFor(async () => expect(await writer(files[index])).not.toBe(first[index]), {
        timeout: 20_000,
        interval: 20,
      })
      await job.refresh()
      expect(job.attempts).toMatchObject([{ ended: 'lost' }, { attempt: 2 }])
      expect(job.attempts[1]?.startedAt).toBeLessThan(killedAt + 2 * LEASE_MS)
      await job.cancel()
    }
    await rm(folder, { recursive: true })
  }, 90_000)
}

async function writer(file = ''): Promise<number> {
  const text = await vi.waitFor(async () => (await readFile(file, 'utf8')) || expect.unreachable('empty'), {
    timeout: 20_000,
  })
  return Number(text.split(' ')[0])
}
