/** Whom the dashboard refuses, and how it comes through outages, in Chromium. */
import { defineTask } from '@hotline/core'
import { redis } from '@hotline/redis'
import { describe, expect, test } from 'vitest'
import { FORGED_HOST } from '../servers/chromium.ts'
import { PrivateRedis } from '../servers/private-redis.ts'
import { Exhibit } from './exhibit.ts'
import { Trap } from './trap.ts'
import { describeChromium, rowOf, untilText } from './visitor.ts'

const step = defineTask<{ readonly name: string }, unknown>('step', { queue: 'steps', attempts: 1 })

describeChromium('the dashboard', (visit) => {
  describe.concurrent('refuses', () => {
    test('a name of somebody else that was made to point here, as there is no auth', async () => {
      await using exhibit = await Exhibit.open()
      await using page = await visit(exhibit.url.replace('127.0.0.1', FORGED_HOST))
      await untilText(page, 'body', 'Without `auth` it answers on loopback only')
      expect(await page.locator('#page').count()).toBe(0)
    })

    test.each([
      ['another site', FORGED_HOST],
      ['another port', '127.0.0.1'],
    ])('what a page of %s sends', async (_, host) => {
      await using exhibit = await Exhibit.open()
      const job = await exhibit.client.enqueue(step, { name: 'x' })
      for (const action of ['queues/steps/pause', `jobs/${job.id}/cancel`]) {
        await using trap = await Trap.open(`${exhibit.url}api/${action}`)
        await using page = await visit(trap.url.replace('127.0.0.1', host))
        await page.click('button')
        await untilText(page, 'body', 'The request comes from another site.')
      }
      expect((await job.refresh()).state).toBe('queued')
      expect(await exhibit.client.paused()).toEqual([])
    })
  })

  describe.concurrent('goes on', () => {
    test('behind the last event that it saw when its server is back', async () => {
      await using exhibit = await Exhibit.open()
      await using page = await visit(exhibit.url)
      await untilText(page, '.status', 'Live')
      const before = await exhibit.client.enqueue(step, { name: 'before' })
      await rowOf(page, before.id).waitFor()
      await exhibit.stopServing()
      await untilText(page, '.status', 'The dashboard does not answer')
      const meanwhile = await exhibit.client.enqueue(step, { name: 'meanwhile' })
      await exhibit.serve()
      await rowOf(page, meanwhile.id).waitFor()
      await untilText(page, '.status', 'Live')
      await rowOf(page, before.id).waitFor()
      expect(exhibit.resumed.at(-1)).toEqual(expect.any(String))
    })

    test('when the backend is back, and says meanwhile that it is down', async () => {
      await using server = await PrivateRedis.start({ appendonly: 'yes', appendfsync: 'always' })
      await using exhibit = await Exhibit.open({ transport: redis({ url: server.url }) })
      exhibit.client.events.on('error', () => {})
      await using page = await visit(exhibit.url)
      await untilText(page, '.status', 'Live')
      const before = await exhibit.client.enqueue(step, { name: 'before' })
      await rowOf(page, before.id).waitFor()
      await server.stop()
      await untilText(page, '.status', 'The backend is out of reach')
      await rowOf(page, before.id).waitFor()
      await server.start()
      await untilText(page, '.status', 'Live')
      const after = await exhibit.client.enqueue(step, { name: 'after' })
      await rowOf(page, after.id).waitFor()
    })
  })
})
