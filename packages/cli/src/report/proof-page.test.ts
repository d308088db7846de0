import type { HotlineEvent } from '@hotline/core'
import { prove, SlotTimeline } from '@hotline/core'
import { expect, test } from 'vitest'
import { paintFor } from '../render/colour.ts'
import { proofLines } from '../render/proof-lines.ts'
import { workerBounds } from '../render/worker-bounds.ts'
import { proofPage } from './proof-page.ts'

const EVIL = '<script>alert("\u202e")</script>\u001b[31m'
const at = Date.UTC(2031, 4, 4)
const ids = ['019a3c1e-7d40-7b11-9c52-5a0c9f3a11c1', '019a3c1e-7d40-7b11-9c52-5a0c9f3a11c2'] as const

/** One worker of one slot that had both jobs at once; its name and their task are of a stranger. */
function forged(): HotlineEvent[] {
  const limits = {
    ...{ attempts: 1, crashLimit: 1, retentionMs: 1 },
    backoff: { initialMs: 0, factor: 1, maxMs: 0, jitter: 0 },
  }
  const events = ids.map((jobId, index): HotlineEvent[] => {
    const head = { v: 1, jobId, task: EVIL, queue: 'q', cursor: '1' } as const
    const queued = { bytes: 1, digest: '', priority: 'normal', runAt: at, limits, tags: [] } as const
    const started = { worker: EVIL, slot: index, pid: 1, waitMs: 0 }
    const end = { result: null, runMs: 900, peakRss: 2 ** 27 }
    return [
      { ...head, type: 'job.queued', seq: 1, at, attempt: 0, ...queued },
      { ...head, type: 'job.started', seq: 2, at: at + index * 500, attempt: 1, ...started },
      { ...head, type: 'job.succeeded', seq: 3, at: at + index * 500 + 1000, attempt: 1, ...end },
    ]
  })
  const online = { host: 'h', pid: 1, isolation: 'process', queues: [], tasks: [], arithmetic: '' } as const
  return [
    { v: 1, cursor: '0', at, type: 'worker.online', worker: EVIL, limit: 1, ...online },
    ...events.flat().toSorted((a, b) => a.at - b.at),
  ]
}

function reportOf(events: readonly HotlineEvent[]): string {
  const timeline = new SlotTimeline()
  for (const event of events) timeline.add(event)
  return proofPage({ title: 'hotline prove', facts: [EVIL], proof: prove(events), timeline })
}

test('a page shows the verdict, the witnesses, and the guilty in the picture', () => {
  const page = reportOf(forged())
  expect(page).toContain('<h1 class="refuted">The bound did not hold.</h1>')
  expect(page).toContain('<dd class="bad">2 of 1</dd>')
  expect(page).toContain(`2031-05-04T00:00:00.500Z`)
  expect(page.match(/<rect class="succeeded guilty"/g)).toHaveLength(2)
  expect(page).toContain('<dd>128 MiB</dd>')
})

test('a page holds all it needs, runs nothing, and shows what strangers wrote inert', () => {
  const page = reportOf(forged())
  expect(page).toMatch(/Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[\w+/]+='"/)
  expect(page).not.toMatch(/<script|<link|<img|@import|url\(|style="|\son\w+="/i)
  expect(page.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202e/u)
  expect(page).toContain('&#60;script&#62;alert(&#34;\\u202e&#34;)&#60;/script&#62;\\x1b[31m')
  expect(page.match(/https?:/g)).toBeNull()
})

test('a page of a log without attempts, and one of many', () => {
  expect(reportOf([])).toContain('No attempt ran.')
  const timeline = new SlotTimeline()
  const [, queued, first] = forged()
  for (let count = 0; count < 4000; count++) {
    const jobId = `019a3c1e-7d40-7b11-9c52-${String(count).padStart(12, '0')}`
    for (const event of [queued, first, forged().at(-1)])
      if (event !== undefined && 'jobId' in event) timeline.add({ ...event, jobId, at: at + count })
  }
  const page = proofPage({ title: 't', facts: [], proof: prove([]), timeline })
  expect(page.match(/<path class="succeeded"/g)).toHaveLength(1)
  expect(page.length).toBeLessThan(300_000)
})

test('what began before the time is cut off where that begins', () => {
  const timeline = new SlotTimeline({ since: at + 900 })
  for (const event of forged()) timeline.add(event)
  const page = proofPage({ title: 't', facts: [], proof: prove(forged(), { since: at + 900 }), timeline })
  expect([...page.matchAll(/<rect class="succeeded" x="([\d.]+)"/g)].map(([, x]) => x)).toEqual([
    '190',
    '190',
  ])
  expect(page).toContain('succeeded after 1.0 s')
})

test('lines for a terminal have numbers, witnesses and the verdict, inert', () => {
  const page = { width: 200, paint: paintFor(false), now: at }
  const text = [...workerBounds(prove(forged()), page), ...proofLines(prove(forged()), page)].join('\n')
  expect(text).toContain('peak running 2 of 1 · held minus running 0\n')
  expect(text).toMatch(
    /^ {2}limit {2}2031-05-04T00:00:00\.500Z .* had 2 jobs under way; its limit is 1\. \[.* .*\]$/m,
  )
  expect(text).toMatch(/ideal list schedule 1\.8 s: 120\.0 % · peak memory of a job 128 MiB$/m)
  expect(text).toMatch(/The bound did not hold\.$/)
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202e/u)
})
