/** What a job's handle says in another process, by its id alone. One body for all backends that processes share. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { JobHandle } from '@hotline/core'
import { createJobIdFactory } from '@hotline/core'
import { describe, expect, test, vi } from 'vitest'
import { act, lean, once, patient, timed } from '../handlers/tasks.ts'
import type { CreateStage } from '../stage.ts'
import { LEASE_MS, Play } from '../stage.ts'
import { untilState } from '../until-state.ts'

const witness = fileURLToPath(new URL('../actors/witness-actor.ts', import.meta.url))

export function otherProcess(name: string, create: CreateStage): void {
  describe(`in another process, by id alone, on ${name}`, () => {
    test('every job looks as it does here', async () => {
      await using play = await Play.begin(create)
      const client = play.client()
      await play.workerProcess({ concurrency: 2, stopLadder: { abort: '200ms', term: '200ms' } })
      const early = await client.enqueue(act, { do: 'return', value: 0 }, { delay: '1h' })
      await early.cancel()
      const spinning = await client.enqueue(act, { do: 'spin' })
      await untilState(spinning, 'running')
      await spinning.cancel()
      const ending = [
        await client.enqueue(act, { do: 'return', value: { pi: 3.14 } }),
        await client.enqueue(act, { do: 'throw', failures: 9 }),
        await client.enqueue(once, { do: 'kill-self', signal: 'SIGKILL' }),
        await client.enqueue(lean, { do: 'fill-heap' }),
        await client.enqueue(lean, { do: 'fill-buffers' }),
        await client.enqueue(timed, { do: 'spin' }),
        await client.enqueue(act, { do: 'return', value: 0 }, { queue: 'nobody', expires: 50 }),
      ]
      await Promise.all(ending.map((job) => job.result({ timeout: '60s' }).catch(() => {})))
      const later = await client.enqueue(patient, { do: 'throw', failures: 1 })
      await untilState(later, 'retrying')
      const running = await client.enqueue(act, { do: 'spin' })
      await untilState(running, 'running')
      const waiting = [
        await client.enqueue(act, { do: 'return', value: 0 }, { delay: '1h' }),
        await client.enqueue(act, { do: 'return', value: 0 }, { queue: 'nobody' }),
        await client.handle(act, createJobIdFactory()()),
      ]

      const jobs = [early, spinning, ...ending, later, running, ...waiting]
      for (const job of jobs) await job.refresh()
      expect(jobs.map((job) => job.state)).toEqual(
        'cancelled cancelled succeeded failed failed failed failed failed expired retrying running scheduled queued unknown'.split(
          ' ',
        ),
      )
      expect(seenElsewhere(play, jobs)).toEqual(jobs.map(asSeen))
    }, 120_000)

    test('a job whose supervisor is killed is lost within a lease, and then runs again', async () => {
      await using play = await Play.begin(create)
      const client = play.client()
      const doomed = await play.workerProcess()
      const job = await client.enqueue(act, { do: 'wait', ms: 60_000 })
      await untilState(job, 'running')
      const holder = job.attempts[0]?.worker
      await doomed.kill()
      const killedAt = Date.now()
      const isLost = () => job.state === 'lost' || job.attempts[0]?.ended === 'lost'
      await vi.waitFor(async () => expect([(await job.refresh()).state, isLost()]).toContain(true), {
        timeout: 2 * LEASE_MS,
        interval: 20,
      })
      expect(Date.now() - killedAt).toBeLessThan(LEASE_MS * 1.1)
      await play.workerProcess()
      await untilState(job, 'running')
      expect(job.attempts).toMatchObject([{ worker: holder, ended: 'lost' }, { attempt: 2 }])
      await job.cancel()
    }, 60_000)
  })
}

/** What the actor prints. */
function asSeen({ id, state, error, attempts }: JobHandle) {
  const facts = error && { code: error.code, message: error.message }
  return JSON.parse(JSON.stringify({ id, state, attempts, error: facts }))
}

function seenElsewhere(play: Play, jobs: readonly JobHandle[]): unknown {
  const args = [...process.execArgv, witness, JSON.stringify(play.description), ...jobs.map(({ id }) => id)]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`The witness ended with exit code ${status}: ${stderr}`)
  return JSON.parse(stdout)
}
