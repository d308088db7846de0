/**
 * A stranger writes into the backend, beside jobs that run. What is not ours is set aside, and nobody believes it. One
 * body for all backends that a stranger can write to.
 */
import type { JobId, TransportDescription } from '@hotline/core'
import { expect, test, vi } from 'vitest'
import { act } from '../handlers/tasks.ts'
import type { CreateStage } from '../stage.ts'
import { Play } from '../stage.ts'

const FRAMES = 2000
const JOBS = 100
const VICTIMS = 5

/** Writes so many frames into the namespace of a transport, in as many steps as are asked for. */
export type Pollute = (
  description: TransportDescription,
  victims: readonly JobId[],
  count: number,
) => AsyncGenerator<void> & AsyncDisposable

export function hostileFramesBody(name: string, create: CreateStage, pollute: Pollute): void {
  test(`${FRAMES} hostile frames, forged results among them, harm no job on ${name}`, async () => {
    await using play = await Play.begin(create)
    const client = play.client()
    const worker = await play.workerProcess({ concurrency: 2 })
    const embedded = await play.worker()
    const victims = await Promise.all(
      Array.from({ length: VICTIMS }, (_, value) =>
        client.enqueue(act, { do: 'return', value }, { queue: 'victims' }),
      ),
    )
    const ids = victims.map((job) => job.id)

    await using frames = pollute(play.description, ids, FRAMES)
    const good = []
    for (let value = 0; value < JOBS; value++) {
      good.push(await client.enqueue(act, { do: 'return', value }))
      await frames.next()
    }
    for await (const _ of frames);
    for (const [value, job] of good.entries()) expect(await job.result({ timeout: '1m' })).toBe(value)

    expect(worker.isRunning).toBe(true)
    expect(embedded.held).toBe(0)
    for (const victim of victims)
      expect(await victim.refresh(), 'nobody ran it, whatever a stranger says').toMatchObject({
        state: 'queued',
        attempts: [],
      })
    await vi.waitFor(async () => expect((await client.dead()).length).toBeGreaterThan(50), {
      timeout: 20_000,
    })

    for (const { key, reason } of await client.dead()) expect(reason.length, key).toBeGreaterThan(5)

    // Everything goes on as ever, for readers old and new.
    const last = await client.enqueue(act, { do: 'return', value: 'still here' })
    expect(await last.result({ timeout: '20s' })).toBe('still here')
    const seen: string[] = []
    for await (const { type } of last.events()) seen.push(type)
    expect(seen).toEqual(['job.queued', 'job.started', 'job.succeeded'])
    const listed = await Array.fromAsync(client.jobs({ limit: 500 }))
    expect(listed.filter((job) => job.state === 'succeeded')).toHaveLength(JOBS + 1)
    expect(Object.prototype).not.toHaveProperty('polluted')
  }, 180_000)
}
