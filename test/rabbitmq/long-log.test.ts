/** What is no longer at hand is read from the stream again. */

import type { JobHandle } from '@hotline/core'
import { createClient } from '@hotline/core'
import { rabbitmq } from '@hotline/rabbitmq'
import { expect, test } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { describeRabbitMQ, RABBITMQ_URL, removeNamespace } from './rabbitmq-stage.ts'

/** More than are kept whole, and with twice as many events as that, more than are at hand for readers. */
const JOBS = 10_200
const CHUNK = 300

describeRabbitMQ(() =>
  test('of 10,200 jobs that have ended the first is found by id, by key, in lists and in the log', async () => {
    const settings = { url: RABBITMQ_URL, namespace: `test.${crypto.randomUUID()}` }
    try {
      await using client = createClient({ transport: rabbitmq(settings) })
      const input = { do: 'return', value: 1 } as const
      const first = await client.enqueue(act, input, { key: 'order-1', tags: ['first'] })
      await first.cancel()
      for (let done = 1; done < JOBS; done += CHUNK) {
        const size = Math.min(CHUNK, JOBS - done)
        const jobs = await Promise.all(Array.from({ length: size }, () => client.enqueue(act, input)))
        await Promise.all(jobs.map((job) => job.cancel()))
      }

      await using other = createClient({ transport: rabbitmq(settings) })
      for (const asked of [client, other]) {
        const found: JobHandle = await asked.handle(act, first.id)
        expect(found.state).toBe('cancelled')
        const again = await asked.enqueue(act, input, { key: 'order-1' })
        expect([again.id, again.state]).toEqual([first.id, 'cancelled'])
        const tagged = await Array.fromAsync(asked.jobs({ tag: 'first' }))
        expect(tagged.map(({ id }) => id)).toEqual([first.id])
      }

      const seen = new Set<string>()
      const cursors: string[] = []
      for await (const event of other.events.stream({ from: 'start' })) {
        if (event.type === 'job.cancelled') seen.add(event.jobId)
        cursors.push(event.cursor)
        if (seen.size === JOBS) break
      }
      expect(new Set(cursors).size).toBe(2 * JOBS)
      const [, second] = cursors
      for await (const event of client.events.stream({ from: second ?? 'start' })) {
        expect(event.cursor).toBe(cursors[2])
        break
      }
    } finally {
      await removeNamespace(RABBITMQ_URL, settings.namespace)
    }
  }, 120_000),
)
