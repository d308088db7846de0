/** What an administrator does to a Redis that is at work: nothing is lost, and nothing is done twice. */
import { setTimeout } from 'node:timers/promises'
import type { HotlineEvent } from '@hotline/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { PrivateRedis } from '../servers/private-redis.ts'
import { LEASE_MS, Play } from '../stage.ts'
import { describeRedis, redisStageOn } from './redis-stage.ts'

const ROUNDS = 20
const BATCH = 10

describeRedis(() =>
  describe('a redis at work', () => {
    let server: PrivateRedis
    beforeEach(async () => {
      server = await PrivateRedis.start({ appendonly: 'yes' })
    })
    afterEach(() => server[Symbol.asyncDispose]())

    test.each([
      ['whose scripts are flushed', ['SCRIPT', 'FLUSH']],
      ['whose connections are killed', ['CLIENT', 'KILL', 'TYPE', 'normal']],
      ['whose subscribers are killed', ['CLIENT', 'KILL', 'TYPE', 'pubsub']],
      ['that is paused', ['CLIENT', 'PAUSE', '150', 'ALL']],
      ['whose writes are paused', ['CLIENT', 'PAUSE', '150', 'WRITE']],
    ] as const)(
      '%s runs each job once, and cancels',
      async (_, [name, ...args]) => {
        await using play = await Play.begin(redisStageOn(server.url))
        const client = play.client()
        await play.worker({ concurrency: 4, isolation: 'inline' })
        const events: HotlineEvent[] = []
        const reading = play.client().events.stream({ from: 'start' })
        const heard = (async () => {
          for await (const event of reading) events.push(event)
        })()
        const sleeper = await client.enqueue(act, { do: 'wait', ms: 60_000 })
        const jobs = []
        for (let round = 0; round < ROUNDS; round++) {
          const batch = Array.from({ length: BATCH }, (__, value) =>
            client.enqueue(act, { do: 'return', value }),
          )
          await server.command(name, ...args)
          jobs.push(...(await Promise.all(batch)))
          await setTimeout(round % 5)
        }
        await Promise.all(jobs.map((job) => job.result({ timeout: '30s' })))
        expect((await sleeper.cancel()).state).toBe('cancelled')
        const count = (type: string) => events.filter((event) => event.type === type).length
        await vi.waitFor(() => expect(count('job.succeeded')).toBe(jobs.length), { timeout: 20_000 })
        expect([count('job.queued'), count('job.started')]).toEqual([jobs.length + 1, jobs.length + 1])
        expect([count('job.lost'), count('attempt.fenced'), count('stream.gap')]).toEqual([0, 0, 0])
        void heard
      },
      60_000,
    )

    test('that refuses a subscription for a while is heard again afterwards', async () => {
      await using play = await Play.begin(redisStageOn(server.url))
      const client = play.client()
      await play.worker()
      const job = await client.enqueue(act, { do: 'wait', ms: 60_000 })
      await new Promise<unknown>((resolve) => job.on('job.started', resolve))
      await server.command('ACL', 'SETUSER', 'default', '-subscribe')
      const refused = await refusals(server)
      await server.command('CLIENT', 'KILL', 'TYPE', 'pubsub')
      await vi.waitFor(async () => expect(await refusals(server)).toBeGreaterThan(refused), {
        timeout: 10_000,
      })
      await server.command('ACL', 'SETUSER', 'default', '+subscribe')
      await vi.waitFor(async () => expect(await subscribers(server)).toBeGreaterThan(0), { timeout: 10_000 })
      expect((await job.cancel()).state).toBe('cancelled')
    }, 60_000)

    test('that stands still for less than a lease costs no attempt, and for longer no connection', async () => {
      await using play = await Play.begin(redisStageOn(server.url))
      const client = play.client()
      await play.worker()
      const job = await client.enqueue(act, { do: 'wait', ms: 1.5 * LEASE_MS })
      await new Promise<unknown>((resolve) => job.on('job.started', resolve))
      server.freeze()
      await setTimeout(LEASE_MS / 2)
      server.thaw()
      expect(await job.result({ timeout: '20s' })).toBe('waited')
      expect(job.attempts).toHaveLength(1)
    }, 60_000)
  }),
)

/** How often the server has refused a SUBSCRIBE. */
async function refusals(server: PrivateRedis): Promise<number> {
  const stats = String(await server.command('INFO', 'commandstats'))
  return Number(/cmdstat_subscribe:.*rejected_calls=(\d+)/.exec(stats)?.[1] ?? 0)
}

async function subscribers(server: PrivateRedis): Promise<number> {
  const list = String(await server.command('CLIENT', 'LIST', 'TYPE', 'pubsub'))
  return list.split('\n').filter((line) => line !== '').length
}
