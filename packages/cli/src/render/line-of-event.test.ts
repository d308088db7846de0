import { stripVTControlCharacters } from 'node:util'
import type { ErrorDocument, HotlineEvent } from '@hotline/core'
import { EVENT_TYPES } from '@hotline/core'
import { beforeAll, expect, test } from 'vitest'
import { paintFor } from './colour.ts'
import { lineOfEvent } from './line-of-event.ts'
import type { Page } from './page.ts'
import { textWidth } from './text-width.ts'

const at = Date.UTC(2031, 4, 4, 14, 3, 27, 42)
const wide: Page = { width: Number.POSITIVE_INFINITY, paint: paintFor(false), now: at }
const header = {
  v: 1,
  seq: 2,
  at,
  cursor: '7',
  attempt: 1,
  jobId: '019a3c1e-7d40-7b11-9c52-5a0c9f3a11c2',
  task: 'render',
  queue: 'images',
} as const
const notice = { v: 1, at, cursor: '8' } as const
const error: ErrorDocument = { name: 'TypeError', message: 'no number\nsecond line' }
const backoff = { initialMs: 1000, factor: 2, maxMs: 1000, jitter: 0 }
const limits = { attempts: 3, crashLimit: 3, backoff, retentionMs: 1 }
const usage = { runMs: 1234, cpuMs: 1100, peakRss: 96 * 2 ** 20 }
const failure = { code: 'HANDLER_ERROR', error } as const
const stop = { reason: 'user left', tookMs: 5100, worker: 'w1', slot: 2, pid: 4242 } as const

const events: readonly HotlineEvent[] = [
  {
    ...{ ...header, attempt: 0, type: 'job.queued', bytes: 1536, digest: '', priority: 'high' },
    ...{ runAt: at + 5000, limits, tags: ['tenant:7', 'b'], key: 'order-17' },
  },
  { ...header, type: 'job.started', worker: 'w1', slot: 2, pid: 4242, waitMs: 12 },
  { ...header, type: 'job.progress', progress: { done: 0.5 }, dropped: 3 },
  { ...header, type: 'job.logged', lines: ['one', 'two'], dropped: 0 },
  { ...header, type: 'job.succeeded', result: null, ...usage },
  { ...header, type: 'job.retrying', ...failure, ...usage, retryAt: at + 2000 },
  { ...header, type: 'job.failed', ...failure, runMs: 3 },
  { ...header, type: 'job.cancelling', reason: 'user left' },
  { ...header, type: 'job.cancelled', receipt: { means: 'SIGKILL', ...stop } },
  {
    ...header,
    type: 'job.lost',
    reason: 'signal',
    code: 'PROCESS_SIGNAL',
    error,
    requeued: true,
    signal: 'SIGKILL',
  },
  { ...header, type: 'job.released', reason: 'drain', runAt: at },
  { ...header, type: 'job.expired', expiresAt: at },
  { ...header, type: 'attempt.fenced', refused: 'job.succeeded', why: 'fenced' },
  {
    ...{
      ...notice,
      type: 'worker.online',
      worker: 'w1',
      host: 'box',
      pid: 7,
      isolation: 'process',
      limit: 2,
    },
    ...{ queues: ['images', 'mail'], tasks: ['render'], arithmetic: '2 CPUs = 2' },
  },
  { ...notice, type: 'worker.offline', worker: 'w1', released: 2 },
  { ...notice, type: 'worker.lost', worker: 'w1', lastSeen: at - 6000 },
  { ...notice, type: 'slot.recycled', worker: 'w1', slot: 2, reason: 'rss', jobsRun: 9, rssBefore: 2 ** 30 },
  { ...notice, type: 'queue.paused', queue: 'images' },
  { ...notice, type: 'queue.resumed', queue: 'images' },
  { v: 1, type: 'stream.gap', at, from: 'start', cursor: '3' },
]

beforeAll(() => {
  process.env.TZ = 'UTC'
})

test('every type of event has its line', () => {
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set(EVENT_TYPES))
  expect(`\n${events.map((event) => lineOfEvent(event, wide)).join('\n')}\n`).toMatchInlineSnapshot(`
    "
    14:03:27.042 job.queued     9f3a11c2 render              queue images · due in 5.0 s · high · key order-17 · tenant:7 b · 1.5 KiB
    14:03:27.042 job.started    9f3a11c2 render           #1 w1/2 · pid 4242 · waited 12 ms
    14:03:27.042 job.progress   9f3a11c2 render           #1 {"done":0.5} · 3 more left out
    14:03:27.042 job.logged     9f3a11c2 render           #1 one | two
    14:03:27.042 job.succeeded  9f3a11c2 render           #1 ran 1.2 s · cpu 1.1 s · peak 96 MiB
    14:03:27.042 job.retrying   9f3a11c2 render           #1 HANDLER_ERROR TypeError: no number · again in 2.0 s · ran 1.2 s · cpu 1.1 s · peak 96 MiB
    14:03:27.042 job.failed     9f3a11c2 render           #1 HANDLER_ERROR TypeError: no number · ran 3 ms
    14:03:27.042 job.cancelling 9f3a11c2 render           #1 user left
    14:03:27.042 job.cancelled  9f3a11c2 render           #1 was stopped by SIGKILL after 5.1 s (worker w1, slot 2, pid 4242). Reason: user left
    14:03:27.042 job.lost       9f3a11c2 render           #1 PROCESS_SIGNAL TypeError: no number · queued again · SIGKILL
    14:03:27.042 job.released   9f3a11c2 render           #1 given back: drain
    14:03:27.042 job.expired    9f3a11c2 render           #1 nobody started it before its time was up
    14:03:27.042 attempt.fenced 9f3a11c2 render           #1 a late job.succeeded was refused: fenced
    14:03:27.042 worker.online  w1 · limit 2 CPUs = 2 · process · queues images mail · tasks render · box pid 7
    14:03:27.042 worker.offline w1 · gave back 2
    14:03:27.042 worker.lost    w1 · silent for 6.0 s
    14:03:27.042 slot.recycled  w1/2 · rss · after 9 jobs · rss 1 GiB
    14:03:27.042 queue.paused   images
    14:03:27.042 queue.resumed  images
    14:03:27.042 stream.gap     events were missed here: the log no longer has them; look at states anew
    "
  `)
})

test('a line is never wider than the terminal, with or without colour', () => {
  for (const width of [40, 80, 120]) {
    for (const event of events) {
      const plain = lineOfEvent(event, { ...wide, width })
      expect(textWidth(plain)).toBeLessThanOrEqual(width)
      const painted = lineOfEvent(event, { width, paint: paintFor(true), now: at })
      expect(stripVTControlCharacters(painted).trimEnd()).toBe(plain)
    }
  }
})

test('the colour tells the outcome', () => {
  const colours = events.map((event) =>
    lineOfEvent(event, { ...wide, paint: (tone, text) => `<${tone}>${text}` }),
  )
  const toneOf = (type: string) =>
    /<(\w+)>(?:job|worker|stream)/.exec(colours.find((line) => line.includes(type)) ?? '')?.[1]
  expect(['job.succeeded', 'job.failed', 'job.cancelled', 'job.retrying', 'stream.gap'].map(toneOf)).toEqual([
    'good',
    'bad',
    'stopped',
    'warning',
    'bad',
  ])
})

test('names, errors and progress of strangers cannot act on the terminal', () => {
  const evil = '\u001b]0;owned\u0007\u202e\r\n'
  const hostile: readonly HotlineEvent[] = [
    { ...header, task: evil, type: 'job.progress', progress: { [evil]: evil }, dropped: 0 },
    { ...header, type: 'job.failed', code: 'HANDLER_ERROR', error: { name: evil, message: evil }, runMs: 1 },
    { ...header, type: 'job.logged', lines: [evil], dropped: 0 },
    { ...notice, type: 'worker.lost', worker: evil, lastSeen: at },
    { ...header, jobId: evil, type: 'job.cancelling', reason: evil },
  ]
  for (const event of hostile) {
    expect(lineOfEvent(event, wide)).not.toMatch(/[\p{Cc}\u202e]/u)
    expect(lineOfEvent(event, wide)).toContain('1b]0;owned')
  }
})
