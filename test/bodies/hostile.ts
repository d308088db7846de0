/** Whatever handlers throw and return, and whatever names and inputs come, the worker goes on. One body for all backends. */

import { defineTask } from '@hotline/core'
import { describe, expect, test, vi } from 'vitest'
import { hostileReturns, hostileThrows } from '../handlers/hostile-values.ts'
import type { Act } from '../handlers/tasks.ts'
import { act, once, typed } from '../handlers/tasks.ts'
import type { CreateStage } from '../stage.ts'
import { Play } from '../stage.ts'

export function hostile(name: string, create: CreateStage): void {
  describe(`on ${name}`, () => {
    test(`a worker survives ${hostileThrows.length} hostile throws and ${hostileReturns.length} hostile returns, and each is reported`, async () => {
      await using play = await Play.begin(create)
      await play.worker()
      const client = play.client()
      const replaced: string[] = []
      client.events.on('slot.recycled', ({ reason }) => replaced.push(reason))
      const throws = hostileThrows.map((_, index) => ({
        input: { do: 'throw-hostile', index } satisfies Act,
      }))
      const returns = hostileReturns.map((_, index) => ({
        input: { do: 'return-hostile', index } satisfies Act,
      }))
      const jobs = await client.enqueueMany(once, [...throws, ...returns])
      const good = await client.enqueue(act, { do: 'return', value: 'still here' })
      expect(await good.result({ timeout: '1m' })).toBe('still here')
      for (const [index, job] of jobs.entries()) {
        const error = await job.result({ timeout: '1m' }).then(
          () => expect.unreachable(`${index} succeeded`),
          (caught) => caught,
        )
        expect(error.code, `${index}`).toBe(index < throws.length ? 'HANDLER_ERROR' : 'INVALID_OUTPUT')
        expect(error.message.length).toBeLessThan(20_000)
        expect(job.attempts, `${index}`).toMatchObject([{ attempt: 1, ended: 'failed' }])
      }
      // What is thrown is large: a child may be replaced for its size between two jobs, and for nothing else.
      const pids = new Set(jobs.map(({ attempts }) => attempts[0]?.pid))
      await vi.waitFor(() => expect(replaced.length).toBeGreaterThanOrEqual(pids.size - 1))
      expect(replaced.filter((reason) => reason !== 'rss')).toEqual([])
      expect(Object.prototype).not.toHaveProperty('polluted')
    }, 120_000)

    test('a bad output fails its job, a bad input of another producer too, and the worker goes on', async () => {
      await using play = await Play.begin(create)
      await play.worker()
      const client = play.client()
      const untyped = defineTask<unknown>('typed')
      const bad = await client.enqueue(untyped, { n: 'three' })
      await expect(bad.result({ timeout: '20s' })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        cause: { message: expect.stringContaining('$.n') },
      })
      expect(bad.attempts).toHaveLength(1)
      const good = await client.enqueue(typed, { n: 3 })
      expect(await good.result({ timeout: '20s' })).toEqual({ half: 1.5 })
    })

    test('a job of a task that no worker has is given back at no cost, and others flow', async () => {
      await using play = await Play.begin(create)
      await play.worker()
      const client = play.client()
      const foreign = await client.enqueue(defineTask<null>('of-another-version'), null)
      const good = await client.enqueue(act, { do: 'return', value: 1 })
      expect(await good.result({ timeout: '20s' })).toBe(1)
      expect(await foreign.refresh()).toMatchObject({
        state: 'scheduled',
        record: { failures: 0, crashes: 0, misses: 1 },
      })
    })

    test('names and inputs that cannot be are refused before anything is stored', async () => {
      await using play = await Play.begin(create)
      const client = play.client()
      for (const bad of [
        '',
        'a b',
        '{x}',
        'a\nb',
        '\u001b[31m',
        'n'.repeat(10_240),
        'naïve',
        '\ud800',
        'a*#',
      ]) {
        expect(() => defineTask(bad)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
        await expect(client.enqueue(act, { do: 'return', value: 1 }, { queue: bad })).rejects.toMatchObject({
          code: 'INVALID_OPTION',
        })
      }
      let deep: unknown = 1
      for (let level = 0; level < 100_000; level++) deep = [deep]
      for (const value of [
        Number.NaN,
        1n,
        new Map(),
        deep,
        JSON.parse('{"__proto__":1}'),
        '\ud800',
        new Date(),
        undefined,
      ]) {
        await expect(client.enqueue(act, { do: 'return', value: [value] })).rejects.toMatchObject({
          code: 'NOT_SERIALIZABLE',
        })
      }
      expect(await Array.fromAsync(client.jobs())).toEqual([])
    })
  })
}
