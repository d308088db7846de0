import type { ErrorDocument, JobRecord, ProposedEvent } from '@hotline/core'
import { reduce } from '@hotline/core'
import { beforeAll, expect, test } from 'vitest'
import { paintFor } from './colour.ts'
import { jobPage } from './job-page.ts'
import type { Page } from './page.ts'

const at = Date.UTC(2031, 4, 4, 14, 3, 27)
const page: Page = { width: Number.POSITIVE_INFINITY, paint: paintFor(false), now: at + 60_000 }
const jobId = '019a3c1e-7d40-7b11-9c52-5a0c9f3a11c2'
const holder = { worker: 'w1', slot: 0, pid: 4242 }
const backoff = { initialMs: 0, factor: 1, maxMs: 0, jitter: 0 }

beforeAll(() => {
  process.env.TZ = 'UTC'
})

function queued(task: string): ProposedEvent<'job.queued'> {
  return {
    ...{ type: 'job.queued', jobId, attempt: 0, task, queue: 'images', priority: 'high', delayMs: 0 },
    ...{ digest: '', tags: ['tenant:7'], bytes: 1536, enqueueSite: '    at main (app.ts:1:2)' },
    limits: {
      attempts: 1,
      crashLimit: 1,
      backoff,
      timeoutMs: 7_200_000,
      memoryBytes: 2 ** 30,
      retentionMs: 1000,
    },
  }
}

/** What becomes of the events, one second apart. */
function recordOf(events: readonly ProposedEvent[]): JobRecord {
  let record: JobRecord | undefined
  for (const [index, event] of events.entries()) record = reduce(record, event, at + index * 1000).record
  if (record === undefined) throw new Error('no record')
  return record
}

function pageOf(record: JobRecord): string {
  const { seq, state } = record
  const evidence = { source: 'memory', observedAt: at + 60_000, seq, trustedUntil: 'forever' } as const
  return `\n${jobPage({ id: record.id, state, evidence: { ...evidence, ...holder } }, record, page).join('\n')}\n`
}

test('a poisoned job shows each crash, and the verdict over them', () => {
  const error: ErrorDocument = { name: 'ProcessSignal', message: 'killed', props: { signal: 'SIGKILL' } }
  const record = recordOf([
    queued('render'),
    { type: 'job.started', jobId, attempt: 1, ...holder },
    { type: 'job.progress', jobId, attempt: 1, progress: { done: 0.5 }, dropped: 0 },
    {
      ...{ type: 'job.lost', jobId, attempt: 1, reason: 'signal', code: 'PROCESS_SIGNAL', error },
      ...{ requeued: false, signal: 'SIGKILL', runMs: 1500, peakRss: 96 * 2 ** 20 },
    },
    {
      ...{ type: 'job.failed', jobId, attempt: 1, code: 'JOB_POISONED', runMs: 1500 },
      error: { name: 'JobPoisoned', message: 'it killed 1 process', cause: error },
    },
  ])
  expect(pageOf(record)).toMatchInlineSnapshot(`
    "
    019a3c1e-7d40-7b11-9c52-5a0c9f3a11c2  render  failed
      evidence  memory, 5 events, seen 2031-05-04 14:04:27 (0 ms ago), holds for ever, last held by w1/0 pid 4242
      queue     images, priority high, tags tenant:7
      queued    2031-05-04 14:03:27 (1m 00s ago), 1.5 KiB
      finished  2031-05-04 14:03:31 (56.0 s ago)
      allowed   1 attempt (0 failed), 1 crash (1 happened), 2h 00m each, 1 GiB
      progress  {"done":0.5}

    Attempt 1  lost  PROCESS_SIGNAL
      by w1/0 pid 4242, waited 1.0 s
      started 2031-05-04 14:03:28 (59.0 s ago), ran 1.5 s, peak 96 MiB, SIGKILL
      ProcessSignal: killed
        with {"signal":"SIGKILL"}

    Error  JOB_POISONED
      JobPoisoned: it killed 1 process
        caused by ProcessSignal: killed
          with {"signal":"SIGKILL"}

    Enqueued
        at main (app.ts:1:2)
    "
  `)
})

test('a cancelled job shows its receipt', () => {
  const receipt = { means: 'SIGKILL', reason: 'user left', tookMs: 5100, ...holder } as const
  const record = recordOf([
    queued('render'),
    { type: 'job.started', jobId, attempt: 1, ...holder },
    { type: 'job.cancelling', jobId, attempt: 1, reason: 'user left' },
    { type: 'job.cancelled', jobId, attempt: 1, receipt },
  ])
  expect(pageOf(record)).toContain(
    'receipt   was stopped by SIGKILL after 5.1 s (worker w1, slot 0, pid 4242). Reason: user left',
  )
})

test('nothing that strangers wrote acts on the terminal', () => {
  const evil = 'x\u001b]0;owned\u0007\u202e\r\nhotline: fake line'
  const error: ErrorDocument = {
    ...{ name: evil, message: evil, stack: `${evil}\n    at ${evil}`, props: { [evil]: evil } },
    ...{ cause: { name: evil, message: evil }, errors: [{ name: evil, message: '' }] },
  }
  const evilHolder = { worker: evil, slot: 0, pid: 1 }
  const record = recordOf([
    { ...queued(evil), enqueueSite: evil, tags: [evil], key: evil, queue: evil },
    { type: 'job.started', jobId, attempt: 1, ...evilHolder },
    { type: 'job.progress', jobId, attempt: 1, progress: evil, dropped: 0 },
    { type: 'job.failed', jobId, attempt: 1, code: 'HANDLER_ERROR', error, runMs: 1 },
  ])
  expect(record.state).toBe('failed')
  expect(pageOf(record).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
})
