import type { WorkerPresence } from '@hotline/core'
import { defineTask, explanationText } from '@hotline/core'
import { expect, test } from 'vitest'
import { type CreateStage, Play } from '../stage.ts'

const grind = defineTask<null>('grind')

/** What a job waits for is told alike on every backend: through the port, from another connection. */
export function explained(name: string, create: CreateStage): void {
  test(`${name}: a waiting job is explained by what is before it`, { timeout: 30_000 }, async () => {
    await using play = await Play.begin(create)
    const [client, transport] = [play.client(), play.transport()]
    const [first, second, third] = await client.enqueueMany(
      grind,
      [1, 2, 3].map(() => ({ input: null })),
    )
    if (first === undefined || second === undefined || third === undefined) throw new Error('three')
    const urgent = await client.enqueue(grind, null, { priority: 'high', delay: '1h' })
    expect(await client.explain(third.id)).toMatchObject({ why: 'no-worker', line: { ahead: 2 } })
    await transport.open()
    const holder = { worker: 'w', slot: 0, pid: 1 }
    const lease = await transport.queue.reserve(['default'], { holder, signal: AbortSignal.timeout(10_000) })
    expect(lease?.job.id).toBe(first.id)
    const job = { id: first.id, task: 'grind', attempt: 1, since: lease?.job.updatedAt ?? 0 }
    await transport.control.beat(presence({ slots: [{ slot: 0, pid: 1, job }] }))
    const busy = await client.explain(third.id)
    expect(busy).toMatchObject({ why: 'busy', limit: 1, slots: [{ worker: 'w', job: first.id }] })
    expect(busy).toMatchObject({ line: { ahead: 1, isWhole: true } })
    expect(await client.explain(first.id)).toMatchObject({ why: 'running', worker: 'w', slot: 0 })
    await client.pause('default')
    const delayed = await client.explain(urgent.id)
    expect(delayed).toMatchObject({ why: 'delayed', also: [{ why: 'paused' }, { why: 'busy' }] })
    expect(explanationText(delayed).join('\n')).toContain('Queue default is paused.')
  })
}

function presence(facts: Pick<WorkerPresence, 'slots'>): WorkerPresence {
  return {
    ...{ worker: 'w', host: 'h', pid: 1, queues: ['default'], tasks: ['grind'], state: 'running' },
    ...{ startedAt: 0, seenAt: 0, everyMs: 60_000, limit: 1, held: 1, running: 1, supervisorRss: 1 },
    ...facts,
  }
}
