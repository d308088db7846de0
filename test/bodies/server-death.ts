/**
 * The server is killed, stopped or wiped under those who use it. One body for all backends that have a server; each test
 * starts one of its own.
 */
import { setTimeout } from 'node:timers/promises'
import type { HotlineEvent } from '@hotline/core'
import { describe, expect, test, vi } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { seeded } from '../mulberry.ts'
import type { Stage } from '../stage.ts'
import { LEASE_MS, Play } from '../stage.ts'
import { untilState } from '../until-state.ts'
import { follow, send } from './load.ts'

const KILLS = 10

/** A stage on a server of its own. */
export interface ServerStage extends Stage {
  /** As a crash does. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Deletes everything, as nobody should. */
  wipe(): Promise<void>
}

export type CreateServer = (wanted: {
  readonly leaseMs: number
  readonly retentionMs: number
  readonly persistent: boolean
}) => Promise<ServerStage>

export function serverDeath(name: string, create: CreateServer): void {
  describe(`a server of ${name}`, () => {
    test(`that keeps a log and is killed ${KILLS} times under load loses no acknowledged job`, async () => {
      const random = seeded(`kills on ${name}`)
      const { play, stage } = await begin(create, true)
      await using _ = play
      await play.worker({ concurrency: 4, isolation: 'inline' })
      const live: HotlineEvent[] = []
      const following = follow(play.client(), live)
      const load = new AbortController()
      const sending = send(play.client(), load.signal)
      for (let kill = 0; kill < KILLS; kill++) {
        await setTimeout(100 + 300 * random())
        await stage.kill()
        await stage.start()
      }
      load.abort()
      const jobs = await sending
      expect(jobs.length).toBeGreaterThan(KILLS)
      await Promise.all(jobs.map((job) => job.result({ timeout: '60s' })))
      const cold: HotlineEvent[] = []
      await following(jobs.length)
      await follow(play.client(), cold)(jobs.length)
      // A job whose enqueue was not acknowledged may end last: both have yet to hear of it.
      await vi.waitFor(() => expect(told(live)).toEqual(told(cold)), { timeout: 20_000 })
    }, 180_000)

    test('that is down makes a typed error of every question, and no old answer of any', async () => {
      const { play, stage } = await begin(create, true)
      await using _ = play
      const client = play.client()
      const job = await client.enqueue(act, { do: 'return', value: 1 })
      await stage.kill()
      const outage = { code: 'TRANSPORT', message: expect.stringContaining('out of reach') }
      await Promise.all([
        expect(job.refresh()).rejects.toMatchObject(outage),
        expect(client.handle(act, job.id)).rejects.toMatchObject(outage),
        expect(client.enqueue(act, { do: 'return', value: 2 })).rejects.toMatchObject(outage),
        expect(client.workers()).rejects.toMatchObject(outage),
      ])
      await stage.start()
      expect((await job.refresh()).state).toBe('queued')
      expect(await Array.fromAsync(client.jobs())).toHaveLength(1)
      await play.worker()
      expect(await job.result({ timeout: '20s' })).toBe(1)
    }, 60_000)

    test('that is wiped leaves no result waiting', async () => {
      const { play, stage } = await begin(create, true)
      await using _ = play
      const waiting = await play.client().enqueue(act, { do: 'return', value: 1 })
      const result = waiting.result({ timeout: '60s' })
      const refused = expect(result).rejects.toMatchObject({ code: 'JOB_UNKNOWN' })
      await stage.wipe()
      await refused
      expect((await waiting.refresh()).state).toBe('unknown')
      await play.worker()
      const next = await play.client().enqueue(act, { do: 'return', value: 2 })
      expect(await next.result({ timeout: '20s' })).toBe(2)
    }, 90_000)

    test('that keeps nothing says so at the start, and its vanished jobs are unknown', async () => {
      const warnings: string[] = []
      const listener = (warning: Error) => warnings.push(warning.message)
      process.on('warning', listener)
      const { play, stage } = await begin(create, false)
      await using _ = play
      const job = await play.client().enqueue(act, { do: 'return', value: 1 })
      await vi.waitFor(() => expect(warnings.join()).toMatch(/acknowledged are gone when it restarts/))
      process.off('warning', listener)
      const refused = expect(job.result({ timeout: '60s' })).rejects.toMatchObject({ code: 'JOB_UNKNOWN' })
      await stage.kill()
      await stage.start()
      await refused
    }, 90_000)

    test('that stands still for less than a lease costs no attempt', async () => {
      const { play, stage } = await begin(create, true)
      await using _ = play
      await play.worker()
      const job = await play.client().enqueue(act, { do: 'wait', ms: 2 * LEASE_MS })
      await untilState(job, 'running')
      await stage.kill()
      await setTimeout(LEASE_MS / 2)
      await stage.start()
      expect(await job.result({ timeout: '60s' })).toBe('waited')
      expect(job.attempts).toMatchObject([{ attempt: 1, ended: 'succeeded' }])
    }, 60_000)
  })
}

async function begin(create: CreateServer, persistent: boolean) {
  const created = Promise.withResolvers<ServerStage>()
  const play = await Play.begin(async (wanted) => {
    const stage = await create({ ...wanted, persistent })
    created.resolve(stage)
    return stage
  })
  return { play, stage: await created.promise }
}

/** Every event in its place, so that a diff shows what is missing or there twice. */
function told(events: readonly HotlineEvent[]): string {
  return events.map((event) => JSON.stringify(event)).join('\n')
}
