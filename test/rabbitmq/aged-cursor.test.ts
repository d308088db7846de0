import type { Client, HotlineEvent } from '@hotline/core'
import { expect, test, vi } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { Play } from '../stage.ts'
import { describeRabbitMQ, rabbitmqStage } from './rabbitmq-stage.ts'

const RETENTION_MS = 500
/** Long enough for an event that is there. */
const LOOK_MS = 1000

describeRabbitMQ(() =>
  test('a reader behind whose cursor all has aged out is told of one gap, though nothing new comes', async () => {
    await using play = await Play.begin(rabbitmqStage, RETENTION_MS)
    const client = play.client()
    const job = await client.enqueue(act, { do: 'return', value: 1 })
    const first = await firstEvent(client, 'start')
    await job.cancel()
    await vi.waitFor(async () => expect(await firstEvent(client, 'start')).toBeUndefined(), {
      timeout: 20_000,
    })
    expect(await firstEvent(client, first?.cursor ?? '')).toMatchObject({
      type: 'stream.gap',
      from: first?.cursor,
    })

    const events: HotlineEvent[] = []
    const stop = new AbortController()
    for await (const event of client.events.stream({ from: first?.cursor ?? '', signal: stop.signal })) {
      events.push(event)
      if (events.length === 1) await client.enqueue(act, { do: 'return', value: 2 })
      else break
    }
    expect(events.map(({ type }) => type)).toEqual(['stream.gap', 'job.queued'])
  }, 60_000),
)

async function firstEvent(client: Client, from: string): Promise<HotlineEvent | undefined> {
  for await (const event of client.events.stream({ from, signal: AbortSignal.timeout(LOOK_MS) })) return event
  return undefined
}
