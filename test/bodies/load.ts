/** Jobs that keep coming, and a reader who counts their ends. */
import { setTimeout } from 'node:timers/promises'
import type { Client, HotlineEvent, JobHandle } from '@hotline/core'
import { expect, vi } from 'vitest'
import { act } from '../handlers/tasks.ts'

/** Enqueues five at a time until told to stop; each that resolved was acknowledged. `pauseMs` = between two fives. */
export async function send(client: Client, stop: AbortSignal, pauseMs = 5): Promise<JobHandle[]> {
  const jobs: JobHandle[] = []
  while (!stop.aborted) {
    const batch = Array.from({ length: 5 }, (_, value) => client.enqueue(act, { do: 'return', value }))
    jobs.push(...(await Promise.all(batch)))
    await setTimeout(pauseMs)
  }
  return jobs
}

/** Reads from the start; what it returns resolves when so many jobs have succeeded. */
export function follow(client: Client, events: HotlineEvent[]): (jobs: number) => Promise<void> {
  let ended = 0
  void (async () => {
    for await (const event of client.events.stream({ from: 'start' })) {
      events.push(event)
      if (event.type === 'job.succeeded') ended += 1
    }
  })().catch(() => {})
  return async (jobs) => {
    await vi.waitFor(() => expect(ended).toBeGreaterThanOrEqual(jobs), { timeout: 60_000 })
  }
}
