/** What a broker does to those who use it, and what it lets them do. Each broker is of these tests' own. */
import { setTimeout } from 'node:timers/promises'
import type { Client, HotlineEvent } from '@hotline/core'
import { rabbitmq } from '@hotline/rabbitmq'
import { connect } from 'amqplib'
import { describe, expect, test, vi } from 'vitest'
import { follow, send } from '../bodies/load.ts'
import { act } from '../handlers/tasks.ts'
import { PrivateRabbitmq } from '../servers/private-rabbitmq.ts'
import type { CreateStage } from '../stage.ts'
import { Play } from '../stage.ts'
import { untilState } from '../until-state.ts'
import { describeRabbitMQ, rabbitmqStageOn } from './rabbitmq-stage.ts'

/** Long enough for a broker without memory on a busy machine, shorter than any outage here. */
const LEASE_MS = 9_000
const CUT_MS = 60_000
const ALARM_MS = 30_000
const LONG_MS = 90_000
/** Between five jobs and the next, so that a broker that is cut off each second comes after them. */
const PAUSE_MS = 50

describeRabbitMQ(() =>
  describe.concurrent('a broker', () => {
    test('whose consumer_timeout is 20 s and that closes all connections each second for a minute: 8 jobs of 90 s run once, and nothing is lost', async () => {
      await using server = await PrivateRabbitmq.start({
        settings: { consumer_timeout: '20000' },
        advanced: { channel_tick_interval: 5000 },
      })
      await using play = await Play.begin(stageOn(server.url))
      await play.worker({ concurrency: 8, isolation: 'inline', queues: ['long'] })
      const long = await Promise.all(
        Array.from({ length: 8 }, () =>
          play.client().enqueue(act, { do: 'wait', ms: LONG_MS }, { queue: 'long' }),
        ),
      )
      await Promise.all(long.map((job) => untilState(job, 'running')))
      // The busy worker would take them too, if it held more than it runs.
      await play.worker({ concurrency: 3, isolation: 'inline', queues: ['long'] })
      const short = await Promise.all(
        Array.from({ length: 3 }, () =>
          play.client().enqueue(act, { do: 'wait', ms: 500 }, { queue: 'long' }),
        ),
      )
      for (const job of short) expect(await job.result({ timeout: '30s' })).toBe('waited')

      await play.worker({ concurrency: 4, isolation: 'inline' })
      const live: HotlineEvent[] = []
      const ended = follow(play.client(), live)
      const load = new AbortController()
      const sending = send(play.client(), load.signal, PAUSE_MS)
      const until = performance.now() + CUT_MS
      while (performance.now() < until) {
        await server.ctl('close_all_connections', 'as an operator does')
        await setTimeout(300)
      }
      load.abort()
      const jobs = await sending
      await Promise.all([...jobs, ...long].map((job) => job.result({ timeout: '90s' })))
      await ended(jobs.length + long.length + short.length)
      const cold: HotlineEvent[] = []
      await follow(play.client(), cold)(jobs.length + long.length + short.length)
      await vi.waitFor(() => expect(jobEvents(live)).toEqual(jobEvents(cold)), { timeout: 20_000 })
      for (const job of [...long, ...short]) expect(job.attempts).toMatchObject([{ ended: 'succeeded' }])
      expect(await server.log()).not.toContain('Timeout value used')
      expect(await server.log()).not.toMatch(/timed out waiting for delivery acknowledgement/i)
    }, 300_000)

    test('with an alarm refuses enqueues and disturbs no job; results land when it is over', async () => {
      await using server = await PrivateRabbitmq.start()
      await using play = await Play.begin(stageOn(server.url))
      await play.worker({ concurrency: 4, isolation: 'inline' })
      const client = play.client()
      const running = await Promise.all([
        ...[5_000, 5_000].map((ms) => client.enqueue(act, { do: 'wait', ms })),
        client.enqueue(act, { do: 'wait', ms: ALARM_MS + 5_000 }),
      ])
      await Promise.all(running.map((job) => untilState(job, 'running')))
      await server.ctl('set_vm_memory_high_watermark', 'absolute', '1')
      const refused = { code: 'BACKPRESSURE', message: expect.stringContaining('alarm') }
      await vi.waitFor(
        () => expect(client.enqueue(act, { do: 'return', value: 1 })).rejects.toMatchObject(refused),
        { timeout: 20_000 },
      )
      await setTimeout(ALARM_MS)
      await server.ctl('set_vm_memory_high_watermark', '0.6')
      for (const job of running) expect(await job.result({ timeout: '60s' })).toBe('waited')
      for (const job of running) expect(job.attempts).toMatchObject([{ attempt: 1, ended: 'succeeded' }])
      const next = await client.enqueue(act, { do: 'return', value: 2 })
      expect(await next.result({ timeout: '20s' })).toBe(2)
    }, 180_000)

    test('with the rights that the page lists lets workers work, and names what is missing', async () => {
      await using server = await PrivateRabbitmq.start()
      await server.ctl('add_user', 'app', 'secret')
      const own = '^hotline\\.app\\.v1\\.own\\.'
      const write = '^hotline\\.app\\.v1($|\\.own\\.)'
      const read = '^hotline\\.app\\.v1($|\\.log$|\\.own\\.)'
      await server.ctl('set_permissions', 'app', own, write, read)
      const url = server.url.replace('guest:guest', 'app:secret')
      const settings = { namespace: 'app', lease: LEASE_MS, retention: '1h' } as const
      const early = rabbitmq({ ...settings, url })
      await expect(early.open()).rejects.toMatchObject({
        code: 'TRANSPORT',
        message: expect.stringMatching(/exchange hotline\.app\.v1 is not there.*hotline topology/),
      })
      await rabbitmq({ ...settings, url: server.url }).createTopology()
      await using play = await Play.begin(async () => ({
        connect: () => rabbitmq({ ...settings, url }),
        end: async () => {},
      }))
      await play.worker({ isolation: 'inline' })
      const job = await play.client().enqueue(act, { do: 'return', value: 1 })
      expect(await job.result({ timeout: '20s' })).toBe(1)

      const wrong = rabbitmq({ ...settings, url: server.url.replace('guest:guest', 'app:wrong-password') })
      const error: unknown = await wrong.open().catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'TRANSPORT', message: expect.stringMatching(/refused.*ACCESS/i) })
      expect(String(error)).not.toContain('wrong-password')

      const other = rabbitmq({ ...settings, retention: '2h', url: server.url })
      await expect(other.open()).rejects.toMatchObject({
        code: 'TRANSPORT',
        message: expect.stringMatching(
          /stream hotline\.app\.v1\.log has other arguments.*Nothing was changed/s,
        ),
      })
      expect((await job.refresh()).state).toBe('succeeded')
    }, 120_000)

    test('that dropped the old part of the log: one gap, then what is left, and states are right', async () => {
      await using server = await PrivateRabbitmq.start()
      const settings = { url: server.url, namespace: 'aged', lease: LEASE_MS, retention: '2s' } as const
      await using play = await Play.begin(async () => ({
        connect: () => rabbitmq(settings),
        end: async () => {},
      }))
      const client = play.client()
      const waiting = await client.enqueue(act, { do: 'return', value: 1 }, { queue: 'nobody' })
      const first = await firstEvent(client)
      // 16 MB make a segment, and only whole ones are dropped.
      const bulk = 'x'.repeat(200_000)
      await vi.waitFor(
        async () => {
          for (let count = 0; count < 50; count++)
            await client.enqueue(act, { do: 'return', value: bulk }, { queue: 'nobody', expires: '1s' })
          expect(await firstOffset(server.url)).toBeGreaterThan(0)
        },
        { timeout: 60_000 },
      )
      const cold = play.client()
      const seen: HotlineEvent[] = []
      for await (const event of cold.events.stream({ from: first.cursor })) {
        seen.push(event)
        if (seen.length > 10) break
        if (seen.length === 2) await cold.enqueue(act, { do: 'return', value: 2 }, { queue: 'nobody' })
        if ('jobId' in event && event.queue === 'nobody' && seen.length > 2) break
      }
      expect(seen[0]).toMatchObject({ type: 'stream.gap', from: first.cursor })
      expect(seen.filter(({ type }) => type === 'stream.gap')).toHaveLength(1)
      // Unfinished, it was written again before its first entry aged out.
      expect((await cold.handle(act, waiting.id)).state).toBe('queued')
    }, 120_000)
  }),
)

function stageOn(url: string): CreateStage {
  return (wanted) => rabbitmqStageOn(url)({ ...wanted, leaseMs: LEASE_MS })
}

function jobEvents(events: readonly HotlineEvent[]): string {
  return events
    .filter((event) => 'jobId' in event)
    .map((event) => JSON.stringify(event))
    .join('\n')
}

async function firstEvent(client: Client): Promise<HotlineEvent> {
  for await (const event of client.events.stream({ from: 'start' })) return event
  throw new Error('The log has no event.')
}

/** Of the oldest message that the broker still has. */
async function firstOffset(url: string): Promise<number> {
  const model = await connect(url)
  const channel = await model.createChannel()
  await channel.prefetch(1)
  const offset = await new Promise<number>((resolve) => {
    void channel.consume(
      'hotline.aged.v1.log',
      (message) => resolve(Number(Reflect.get(message?.properties.headers ?? {}, 'x-stream-offset'))),
      { arguments: { 'x-stream-offset': 'first' } },
    )
  })
  await model.close()
  return offset
}
