/** The page in Chromium, over real backends. */
import { setTimeout } from 'node:timers/promises'
import { createJobId, defineTask, implement, memory } from '@hotline/core'
import { describe, expect, test, vi } from 'vitest'
import { untilState } from '../until-state.ts'
import { Exhibit } from './exhibit.ts'
import { describeChromium, LIMIT, rowOf, untilText } from './visitor.ts'

const step = defineTask<{ readonly name: string }, unknown>('step', { queue: 'steps', attempts: 1 })
const fail = defineTask<null, unknown>('fail', { attempts: 2, backoff: { initial: 1, jitter: 0 } })

/** A handler that goes on when the test says so. */
function steps() {
  const gates = new Map<string, PromiseWithResolvers<unknown>>()
  const gate = (name: string) => {
    const known = gates.get(name) ?? Promise.withResolvers<unknown>()
    gates.set(name, known)
    return known
  }
  const handler = implement(step, async ({ name }, ctx) => {
    ctx.progress({ done: 0.25 })
    ctx.log(`at the gate of ${name}`)
    const stopped = new Promise<never>((_, reject) =>
      ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)),
    )
    return Promise.race([gate(name).promise, stopped])
  })
  return { handler, open: (name: string, result: unknown = name) => gate(name).resolve(result) }
}

class TextureError extends Error {
  override readonly name = 'TextureError'
}

const failing = implement(fail, () => {
  throw new TextureError('no texture 7', { cause: new RangeError('7 of 4') })
})

describeChromium('the dashboard in Chromium', (visit) => {
  describe.concurrent('shows', () => {
    test('the page of jobs, slots and events as they change, without being loaded again', async () => {
      const gates = steps()
      await using exhibit = await Exhibit.open({ handlers: [gates.handler] })
      await using page = await visit(exhibit.url)
      await untilText(page, '.status', 'Live')
      const job = await exhibit.client.enqueue(step, { name: 'a' })
      await untilText(page, `.rows a[href="#/jobs/${job.id}"]`, 'running')
      await untilText(page, `.rows a[href="#/jobs/${job.id}"]`, '25 %')
      await untilText(page, '.slot.busy', 'step')
      gates.open('a')
      await untilText(page, `.rows a[href="#/jobs/${job.id}"]`, 'succeeded')
      await untilText(page, '.feed', 'job.succeeded')
      await page.locator('.slot .idle').first().waitFor()
      expect(exhibit.resumed).toEqual([undefined])
    })

    test('the jobs that fit a filter of state and words', async () => {
      await using exhibit = await Exhibit.open({ handlers: [failing] })
      const failed = await exhibit.client.enqueue(fail, null)
      const red = await exhibit.client.enqueue(step, { name: 'r' }, { tags: ['colour:red'] })
      const blue = await exhibit.client.enqueue(step, { name: 'b' }, { tags: ['colour:blue'] })
      await untilState(failed, 'failed')
      await using page = await visit(exhibit.url)
      await untilText(page, 'footer', '3 jobs')
      await page.click('button:has-text("failed")')
      await untilText(page, 'footer', '1 of 3 jobs')
      await rowOf(page, failed.id).waitFor()
      await page.click('button:has-text("all")')
      await page.fill('input[type=search]', 'tag:red queue:steps')
      await rowOf(page, red.id).waitFor()
      await rowOf(page, blue.id).waitFor({ state: 'detached' })
      await page.fill('input[type=search]', 'texture')
      await rowOf(page, failed.id).waitFor()
      await page.fill('input[type=search]', 'nothing like it')
      await untilText(page, '.rows', 'No job fits.')
    })

    test('a failed job with every attempt, its stack, its causes, and where it was enqueued', async () => {
      await using exhibit = await Exhibit.open({ handlers: [failing] })
      const job = await exhibit.client.enqueue(fail, null)
      await untilState(job, 'failed')
      await using page = await visit(exhibit.url)
      await rowOf(page, job.id).click()
      await untilText(page, '.pill', 'failed')
      await vi.waitFor(async () => expect(await page.locator('.attempts article').count()).toBe(2), LIMIT)
      const attempts = await page.locator('.attempts').textContent()
      expect(attempts).toContain('TextureError: no texture 7')
      expect(attempts).toContain('caused by RangeError: 7 of 4')
      expect(attempts).toMatch(/at .*browser\.test\.ts:\d+/)
      await untilText(page, '.events', 'job.retrying')
      await untilText(page, '.panel:has(h2:text("Enqueued at"))', 'browser.test.ts')
    })

    test('that there is no such job', async () => {
      await using exhibit = await Exhibit.open()
      await using page = await visit(`${exhibit.url}#/jobs/${createJobId()}`)
      await untilText(page, '[role=alert]', 'was stored here')
      await page.goto(`${exhibit.url}#/jobs/%3Cimg%20src=x%3E`)
      await untilText(page, '[role=alert]', 'not the id of a job')
    })

    test('10,000 jobs, of which only those in sight are drawn', async () => {
      const transport = memory()
      await using exhibit = await Exhibit.open({ transport })
      const items = Array.from({ length: 10_000 }, (_, index) => ({ input: { name: String(index) } }))
      const [oldest] = await exhibit.client.enqueueMany(step, items)
      await using page = await visit(exhibit.url)
      await untilText(page, 'footer', '10000 jobs')
      expect(await page.locator('.rows a').count()).toBeLessThan(100)
      await page.locator('.rows').hover()
      await page.mouse.wheel(0, 10_000_000)
      await rowOf(page, oldest?.id ?? '').waitFor()
      expect(await page.locator('.rows a').count()).toBeLessThan(100)
    })

    test('hostile texts as they are, and runs nothing of them', async () => {
      const gates = steps()
      await using exhibit = await Exhibit.open({ handlers: [gates.handler, hostile] })
      const markup = '<img src=x onerror="document.title=`pwned`">'
      const tagged = await exhibit.client.enqueue(evil, null, {
        tags: [markup, '</script><script>document.title="pwned"</script>'],
        key: markup,
      })
      const { transport } = exhibit
      const foreign = { ...draft, task: `${markup}\u001b[31m\u202e`, queue: markup, jobId: idLike(tagged.id) }
      await transport.queue.enqueue([{ queued: foreign, input: 'null' }])
      await untilState(tagged, 'failed')
      await using page = await visit(exhibit.url)
      await untilText(page, `.rows a[href="#/jobs/${foreign.jobId}"]`, `${markup}\\x1b[31m\\u202e`)
      await rowOf(page, tagged.id).click()
      await untilText(page, '.thrown', '\\x1b]0;pwned\\x07')
      for (const text of [markup, '</script>', 'Error']) await untilText(page, 'main', text)
      await untilText(page, '.events', 'job.logged')
      const active = page.locator('#page').locator('img, script, iframe, svg')
      expect(await active.count()).toBe(0)
      expect(await page.title()).toBe('hotline')
      const shown = (await page.locator('#page').textContent()) ?? ''
      expect([...'\u001b\u202e\u0007'].filter((active) => shown.includes(active))).toEqual([])
    })
  })

  describe.concurrent('acts:', () => {
    test('a job that runs is cancelled, and the receipt is shown', async () => {
      const gates = steps()
      await using exhibit = await Exhibit.open({ handlers: [gates.handler] })
      const job = await exhibit.client.enqueue(step, { name: 'c' })
      await untilState(job, 'running')
      await using page = await visit(`${exhibit.url}#/jobs/${job.id}`)
      await page.fill('input[aria-label=Reason]', 'not needed')
      await page.click('button:has-text("Cancel job")')
      await untilText(page, '.pill', 'cancelled')
      await untilText(page, '.facts', 'handler, in')
      await untilText(page, '.actions', 'It is cancelled, by: handler.')
      expect((await job.refresh()).record).toMatchObject({
        state: 'cancelled',
        cancel: { reason: 'not needed' },
      })
      expect(await page.locator('button:has-text("Cancel job")').count()).toBe(0)
    })

    test('a job that has ended is run again, where the application says how', async () => {
      const gates = steps()
      await using exhibit = await Exhibit.open({
        handlers: [gates.handler],
        retry: () => exhibit.client.enqueue(step, { name: 'again' }),
      })
      const job = await exhibit.client.enqueue(step, { name: 'once' })
      gates.open('once')
      await untilState(job, 'succeeded')
      await using page = await visit(`${exhibit.url}#/jobs/${job.id}`)
      await page.click('button:has-text("Run again")')
      await untilText(page, '.pill', 'running')
      expect(page.url()).not.toContain(job.id)
      gates.open('again', 'the second')
      await untilText(page, '.panel:has(h2:text("Result"))', 'the second')
    })

    test('a queue that is paused says so, and is resumed', async () => {
      await using exhibit = await Exhibit.open()
      await using page = await visit(exhibit.url)
      await untilText(page, '.status', 'Live')
      await exhibit.client.pause('steps')
      await page.click('.paused:has-text("steps") button')
      await page.locator('.paused').waitFor({ state: 'detached' })
      expect(await exhibit.client.paused()).toEqual([])
    })
  })
})

const evil = defineTask<null, unknown>('evil', { attempts: 1 })
const hostile = implement(evil, async (_, ctx) => {
  ctx.progress({ done: '<svg onload="document.title=`pwned`">' })
  ctx.log('<iframe srcdoc="<script>parent.document.title=`pwned`</script>">\u001b[2J')
  await setTimeout(1)
  throw Object.assign(new Error('</pre><script>document.title="pwned"</script>\u001b]0;pwned\u0007\u202e'), {
    '<b>prop</b>': '<img src=x onerror="document.title=`pwned`">',
  })
})

const draft = {
  type: 'job.queued',
  attempt: 0,
  delayMs: 0,
  priority: 'normal',
  tags: [],
  bytes: 4,
  digest: '0'.repeat(64),
  limits: {
    attempts: 1,
    crashLimit: 1,
    backoff: { initialMs: 0, factor: 1, maxMs: 0, jitter: 0 },
    retentionMs: 3_600_000,
  },
} as const

/** Another id of the same time. */
function idLike(id: string): string {
  return `${id.slice(0, -4)}${id.endsWith('beef') ? 'cafe' : 'beef'}`
}
