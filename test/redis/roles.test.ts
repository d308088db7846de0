/** The users that docs/operations-redis.md gives to an administrator can do their work, and nothing else. */
import { readFileSync } from 'node:fs'
import { createJobId } from '@hotline/core'
import { redis } from '@hotline/redis'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { PrivateRedis } from '../servers/private-redis.ts'
import { LEASE_MS, Play } from '../stage.ts'
import { untilState } from '../until-state.ts'
import { describeRedis } from './redis-stage.ts'

const page = readFileSync(new URL('../../docs/operations-redis.md', import.meta.url), 'utf8')
const rules = [...page.matchAll(/^ACL (SETUSER hotline-(\w+) .*)$/gm)].map(([, rule = '', role = '']) => ({
  role,
  rule,
}))
const ROLES = ['reader', 'producer', 'worker'] as const
type Role = (typeof ROLES)[number]

describeRedis(() =>
  describe('users of redis', () => {
    let server: PrivateRedis
    beforeAll(async () => {
      server = await PrivateRedis.start({ appendonly: 'yes' })
      for (const { rule } of rules)
        await server.command('ACL', ...rule.replace('>SECRET', '>secret').split(' '))
    })
    beforeEach(() => server.command('FLUSHALL'))
    afterAll(() => server[Symbol.asyncDispose]())

    const urlOf = (role: Role) => `redis://hotline-${role}:secret@127.0.0.1:${server.port}`
    const as = (role: Role) =>
      redis({ url: urlOf(role), namespace: 'default', lease: LEASE_MS, retention: '1h' })
    const begin = () => Play.begin(async () => ({ connect: () => as('worker'), end: async () => void 0 }))

    test('the page has a line for each role', () => {
      expect(rules.map(({ role }) => role)).toEqual(ROLES)
    })

    test('a producer, a worker and a reader do all of their work', async () => {
      await using play = await begin()
      const [producer, reader] = [play.client(as('producer')), play.client(as('reader'))]
      const types: string[] = []
      reader.events.on('job.queued', ({ type }) => types.push(type))
      reader.events.on('job.succeeded', ({ type }) => types.push(type))
      await reader.workers()
      await play.worker({ concurrency: 2 })
      const job = await producer.enqueue(act, { do: 'throw', failures: 1 }, { key: 'once', delay: 50 })
      expect(await job.result({ timeout: '20s' })).toBe('at last')
      const seen = await reader.handle(act, job.id)
      expect([seen.state, seen.attempts.length]).toEqual(['succeeded', 2])
      const running = await producer.enqueue(act, { do: 'wait', ms: 60_000 })
      await untilState(running, 'running')
      expect((await running.cancel()).state).toBe('cancelled')
      const many = await producer.enqueueMany(act, [{ input: { do: 'return', value: 1 } }])
      expect(await many[0]?.result({ timeout: '20s' })).toBe(1)
      expect(await Array.fromAsync(reader.jobs())).toHaveLength(3)
      expect(await reader.workers()).toHaveLength(1)
      const past = []
      for await (const { type } of seen.events()) past.push(type)
      expect(past.at(-1)).toBe('job.succeeded')
      expect(types).toContain('job.succeeded')
      expect((await reader.handle(act, createJobId())).state).toBe('unknown')
    }, 60_000)

    test('a worker keeps the namespace in order for those who may not: a lapsed lease, a pause', async () => {
      await using play = await begin()
      const producer = play.client(as('producer'))
      const job = await producer.enqueue(act, { do: 'spin' })
      const doomed = await play.workerProcess()
      await untilState(job, 'running')
      await doomed.kill()
      const worker = play.client(as('worker'))
      await worker.pause('default')
      expect((await producer.handle(act, job.id)).id).toBe(job.id)
      await untilState(job, 'queued')
      await worker.resume('default')
    }, 60_000)

    test.each([
      ['reader', 'enqueue', 'enqueue'],
      ['reader', 'pause', 'pause a queue'],
      ['producer', 'work', 'keep a heartbeat|append a notice|listen|reserve'],
    ] as const)('a %s that tries to %s is told that it may not', async (role, what, named) => {
      await using play = await begin()
      const client = play.client(as(role))
      const attempt = {
        enqueue: () => client.enqueue(act, { do: 'return', value: 1 }),
        pause: () => client.pause('default'),
        work: () => play.worker({ transport: as(role) }),
      }[what]
      const refusal = new RegExp(`does not let this user (${named}).*docs/operations-redis.md`)
      await expect(attempt()).rejects.toMatchObject({
        code: 'TRANSPORT',
        message: expect.stringMatching(refusal),
      })
      expect(await server.command('KEYS', '*job:*')).toEqual([])
    })

    test.each(ROLES)('a %s can do nothing else, in a script or out of it', async (role) => {
      await server.command('SET', 'foreign', '1')
      const client = new Redis(urlOf(role))
      const forbidden = [
        ...[
          'FLUSHALL',
          'CONFIG GET *',
          'KEYS *',
          'SCAN 0',
          'ACL LIST',
          'CLIENT LIST',
          'CLIENT KILL TYPE normal',
        ],
        ...['SCRIPT FLUSH', 'FUNCTION LIST', 'MONITOR', 'SHUTDOWN', 'MODULE LIST'],
        ...['GET foreign', 'DEL foreign', 'XREAD STREAMS {hotline:other}:events 0', 'PUBLISH other 1'],
        'SUBSCRIBE other',
      ].map((line) => line.split(' '))
      for (const [name = '', ...args] of forbidden)
        await expect(client.call(name, ...args), name).rejects.toThrow(/NOPERM/)
      for (const call of ["redis.call('FLUSHALL')", "redis.call('GET','foreign')"])
        await expect(client.call('EVAL', `return ${call}`, 0), call).rejects.toThrow(
          /The user executing the script can't|ACL failure/,
        )
      client.disconnect()
    })

    test('no line grants a command that hotline does not send', () => {
      const folder = new URL('../../packages/redis/src/', import.meta.url)
      const files = [
        'opening',
        'grant',
        'enqueue',
        'write',
        'claim',
        'extend',
        'sighting',
        'read',
        'past',
        'note',
      ]
        .concat(['switch', 'beat', 'sweep', 'set-aside', 'mend', 'untick'])
        .map((name) => `lua/${name}.lua`)
        .concat(['redis-calls.ts', 'redis-control.ts', 'redis-log.ts', 'redis-queue.ts', 'log-pulse.ts'])
        .concat(['redis-session.ts'])
      const text = files.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n')
      const sent = new Set([...text.matchAll(/'([A-Z]+)'/g)].map(([, name = '']) => name.toLowerCase()))
      const byDriver = ['hello', 'auth', 'ping', 'select', 'client|setname', 'subscribe']
      const granted = (rules.find(({ role }) => role === 'worker')?.rule ?? '').matchAll(/\+([\w|]+)/g)
      const idle = [...granted].map(([, name = '']) => name)
      expect(idle.filter((name) => !sent.has(name.split('|')[0] ?? '') && !byDriver.includes(name))).toEqual(
        [],
      )
    })
  }),
)
