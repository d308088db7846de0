/** Another server takes over, without what it had not heard of yet. One body for all backends that replicate. */
import { setTimeout } from 'node:timers/promises'
import type { Client, JobHandle } from '@hotline/core'
import { expect, test, vi } from 'vitest'
import { act } from '../handlers/tasks.ts'
import type { Stage } from '../stage.ts'
import { LEASE_MS, Play } from '../stage.ts'
import { untilState } from '../until-state.ts'

/** A stage whose server has a stand-in. */
export interface FailoverStage extends Stage {
  /** Until the stand-in has all that was written so far. */
  caughtUp(): Promise<void>
  /** Keeps the stand-in from hearing more. */
  part(): Promise<void>
  killMaster(): Promise<void>
}

export type CreateFailover = (wanted: {
  readonly leaseMs: number
  readonly retentionMs: number
}) => Promise<FailoverStage>

export function failover(name: string, create: CreateFailover): void {
  test(`when a replica of ${name} takes over, workers follow, what was lost is told, and nothing hangs`, async () => {
    const created = Promise.withResolvers<FailoverStage>()
    await using play = await Play.begin(async (wanted) => {
      const stage = await create(wanted)
      created.resolve(stage)
      return stage
    })
    const stage = await created.promise
    const client = play.client()
    await play.worker({ concurrency: 2 })
    const running = await client.enqueue(act, { do: 'wait', ms: 3 * LEASE_MS })
    await untilState(running, 'running')
    const kept = await client.enqueueMany(
      act,
      Array.from({ length: 20 }, (_, value) => ({ input: { do: 'return' as const, value } })),
    )
    await stage.caughtUp()
    await stage.part()
    const missed = await client.enqueue(act, { do: 'return', value: 'missed' }, { queue: 'nobody' })
    const told = expect(missed.result({ timeout: '60s' })).rejects.toMatchObject({ code: 'JOB_UNKNOWN' })
    await stage.killMaster()

    const load = new AbortController()
    const sending = send(client, load.signal)
    await told
    expect((await missed.refresh()).state).toBe('unknown')
    await Promise.all(kept.map((job) => job.result({ timeout: '60s' })))
    expect(await running.result({ timeout: '60s' })).toBe('waited')
    load.abort()
    const later = await sending
    expect(later.length).toBeGreaterThan(0)
    await Promise.all(later.map((job) => job.result({ timeout: '60s' })))
    await vi.waitFor(async () => expect(await client.workers()).toHaveLength(1), { timeout: 20_000 })
  }, 180_000)
}

/** Enqueues until told to stop. What is refused during the change is no job. */
async function send(client: Client, stop: AbortSignal): Promise<JobHandle[]> {
  const jobs: JobHandle[] = []
  while (!stop.aborted) {
    const sent = await client.enqueue(act, { do: 'return', value: 1 }).catch(() => undefined)
    if (sent !== undefined) jobs.push(sent)
    await setTimeout(20)
  }
  return jobs
}
