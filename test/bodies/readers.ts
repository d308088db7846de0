/** All readers see one sequence, from the start or resumed. One body for all backends. */
import type { Client, Cursor, HotlineEvent } from '@hotline/core'
import { expect, test } from 'vitest'
import { act } from '../handlers/tasks.ts'
import type { CreateStage } from '../stage.ts'
import { Play } from '../stage.ts'

const JOBS = 40

export function readers(name: string, create: CreateStage): void {
  test(`two readers from the start and one that resumes at every event see the same sequence, on ${name}`, async () => {
    await using play = await Play.begin(create)
    await play.worker({ concurrency: 2 })
    const client = play.client()
    const whole = Promise.all([read(play.client()), read(play.client()), readInPieces(play.client())])
    await client.enqueueMany(
      act,
      Array.from({ length: JOBS }, (_, index) => ({
        input:
          index % 4 === 0 ? { do: 'throw' as const, failures: 1 } : { do: 'return' as const, value: index },
      })),
    )
    const [first, second, resumed] = await whole
    expect(second).toEqual(first)
    expect(resumed).toEqual(first)
    expect(await read(play.client())).toEqual(first)

    const jobs = Map.groupBy(
      first.filter((event) => 'seq' in event),
      ({ jobId }) => jobId,
    )
    expect(jobs.size).toBe(JOBS)
    for (const events of jobs.values())
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  }, 60_000)
}

/** Until the last job has ended. */
async function read(
  client: Client,
  from: Cursor = 'start',
  limit = Number.POSITIVE_INFINITY,
): Promise<HotlineEvent[]> {
  const events: HotlineEvent[] = []
  let ended = 0
  for await (const event of client.events.stream({ from })) {
    events.push(event)
    if (event.type === 'job.succeeded') ended += 1
    if (ended === JOBS || events.length >= limit) break
  }
  return events
}

/** As `read`, by a new subscription for each event, at the cursor of the one before. */
async function readInPieces(client: Client): Promise<HotlineEvent[]> {
  const events: HotlineEvent[] = []
  let ended = 0
  while (ended < JOBS) {
    const [event] = await read(client, events.at(-1)?.cursor ?? 'start', 1)
    if (event === undefined) throw new Error('The stream ended.')
    events.push(event)
    if (event.type === 'job.succeeded') ended += 1
  }
  return events
}
