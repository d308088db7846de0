/** A network that cuts connections and loses replies changes nothing of what happened. One body for all backends. */
import { setTimeout } from 'node:timers/promises'
import type { Client, HotlineEvent } from '@hotline/core'
import { expect, test } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { seeded } from '../mulberry.ts'
import type { CreateStage } from '../stage.ts'
import { Play } from '../stage.ts'

const READ_JOBS = 60
const SENT_JOBS = 2000
/** Producer and worker lose every how-many-th reply. Primes, so that each meets all kinds of commands. */
const EVERY = [7, 11] as const

export function badNetwork(name: string, create: CreateStage): void {
  test(`a reader that is cut at random sees the same sequence as all others, on ${name}`, async () => {
    const random = seeded(`cut reader on ${name}`)
    await using play = await Play.begin(create)
    const { proxy, transport } = await play.proxied()
    const clients = [play.client(), play.client(), play.client(transport)]
    const reading = Promise.all(clients.map((client) => readAll(client, READ_JOBS)))
    await play.worker({ concurrency: 2 })
    const cutting = new AbortController()
    const cuts = cutAtRandom(() => proxy.cut(), random, cutting.signal)
    const items = Array.from({ length: READ_JOBS }, (_, index) => ({
      input:
        index % 3 === 0 ? { do: 'throw' as const, failures: 1 } : { do: 'return' as const, value: index },
    }))
    await play.client().enqueueMany(act, items)
    const [first, second, shaken] = await reading
    cutting.abort()
    expect(await cuts).toBeGreaterThan(3)
    expect(second).toEqual(first)
    expect(shaken).toEqual(first)
    expect(await readAll(play.client(), READ_JOBS)).toEqual(first)
  }, 90_000)

  test(`${SENT_JOBS} jobs whose replies are swallowed are enqueued, started and settled once each, on ${name}`, async () => {
    await using play = await Play.begin(create)
    const producer = await play.proxied()
    const consumer = await play.proxied()
    const client = play.client(producer.transport)
    await play.worker({ transport: consumer.transport, concurrency: 8, isolation: 'inline' })
    const ended = readAll(play.client(), SENT_JOBS)
    producer.proxy.swallowReplies({ every: EVERY[0] })
    consumer.proxy.swallowReplies({ every: EVERY[1] })
    const ids: string[] = []
    for (let sent = 0; sent < SENT_JOBS; sent += 50) {
      const batch = Array.from({ length: 50 }, (_, index) =>
        client.enqueue(act, { do: 'return', value: sent + index }),
      )
      ids.push(...(await Promise.all(batch)).map(({ id }) => id))
    }
    const events = await ended
    producer.proxy.heal()
    consumer.proxy.heal()
    for (const type of ['job.queued', 'job.started', 'job.succeeded']) {
      const seen = events.flatMap((event) => (event.type === type && 'jobId' in event ? [event.jobId] : []))
      expect(seen.toSorted(), type).toEqual(ids.toSorted())
    }
    expect(events.filter(({ type }) => type === 'attempt.fenced' || type === 'job.lost')).toEqual([])
  }, 240_000)
}

async function readAll(client: Client, jobs: number): Promise<HotlineEvent[]> {
  const events: HotlineEvent[] = []
  let ended = 0
  for await (const event of client.events.stream({ from: 'start' })) {
    // Heartbeats are of the workers, and may come between any two.
    if (!event.type.startsWith('worker.') && !event.type.startsWith('slot.')) events.push(event)
    if (event.type === 'job.succeeded' && ++ended === jobs) break
  }
  return events
}

/** Resolves with the number of cuts. */
async function cutAtRandom(cut: () => void, random: () => number, stop: AbortSignal): Promise<number> {
  let cuts = 0
  while (!stop.aborted) {
    await setTimeout(5 + 60 * random())
    cut()
    cuts += 1
  }
  return cuts
}
