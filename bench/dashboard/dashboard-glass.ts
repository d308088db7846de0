import { randomUUID } from 'node:crypto'
import type { Client, JobHandle } from '@hotline/core'
import { memory } from '@hotline/core'
import type { Page } from 'playwright-core'
import type { Contest, Figures } from '../contest.ts'
import { needRedis } from '../peers/reachable-redis.ts'
import { redisLand } from '../redis/redis-land.ts'
import { noop } from '../tasks.ts'
import { Stand, untilPainted } from './stand.ts'

const EVENTS = 40
const JOBS = 10_000
const FEW = 20_000
const MANY = 100_000
const GLASS = 'event to glass, p50'
const PAINT = `first rows with ${JOBS} jobs`
const HEAP_FEW = `heap of the page after ${FEW} jobs, MB`
const HEAP_MANY = `heap of the page after ${MANY} jobs, MB`

/**
 * The page in Chromium: from the call of `enqueue` on Redis to the frame that shows the job; from opening the page to its
 * first rows; and what it holds on to, with jobs in memory.
 */
export const dashboardGlass: Contest = {
  name: 'dashboard-glass',
  title: 'the dashboard in Chromium',
  unit: 'ms, MB',
  targets: [
    { of: GLASS, atMost: 200 },
    { of: PAINT, atMost: 1000 },
    { of: HEAP_MANY, to: HEAP_FEW, atMost: 1.1 },
  ],
  async open() {
    const land = redisLand(await needRedis(), 'dashboard')
    const stand = await Stand.open(land.connect())
    await stand.client.enqueueMany(noop, inputs(JOBS))
    const page = await stand.visit()
    await untilPainted(page, '.status', 'Live')
    return {
      sides: [() => firstPaint(stand), () => eventToGlass({ client: stand.client, page }), heap],
      close: async () => {
        await stand.close()
        await land.clear()
      },
    }
  },
}

async function firstPaint(stand: Stand): Promise<Figures> {
  const page = await stand.visit()
  await untilPainted(page, '.rows a', '')
  const took = Number(await page.evaluate('performance.now()'))
  await page.close()
  return { [PAINT]: took }
}

/** Each job has a queue of its own, by whose name it is found on the page. */
async function eventToGlass({
  client,
  page,
}: {
  readonly client: Client
  readonly page: Page
}): Promise<Figures> {
  const waits: number[] = []
  for (let event = 0; event < EVENTS; event++) {
    const queue = `glass-${randomUUID()}`
    const painted = untilPainted(page, '.rows a > span:nth-child(4)', queue)
    const began = Date.now()
    await client.enqueue(noop, 1, { queue })
    waits.push((await painted) - began)
  }
  return { [GLASS]: waits.toSorted((a, b) => a - b)[EVENTS / 2] ?? Number.NaN }
}

async function heap(): Promise<Figures> {
  const stand = await Stand.open(memory())
  const page = await stand.visit()
  await untilPainted(page, '.status', 'Live')
  const session = await page.context().newCDPSession(page)
  const used = async (): Promise<number> => {
    await session.send('HeapProfiler.collectGarbage')
    return (await session.send('Runtime.getHeapUsage')).usedSize / 1e6
  }
  await seen(page, await stand.client.enqueueMany(noop, inputs(FEW)))
  const few = await used()
  await seen(page, await stand.client.enqueueMany(noop, inputs(MANY - FEW)))
  const many = await used()
  await stand.close()
  return { [HEAP_FEW]: few, [HEAP_MANY]: many }
}

async function seen(page: Page, jobs: readonly JobHandle[]): Promise<void> {
  await untilPainted(page, `.rows a[href="#/jobs/${jobs.at(-1)?.id}"]`, '')
}

function inputs(count: number): { readonly input: number }[] {
  return Array.from({ length: count }, () => ({ input: 1 }))
}
