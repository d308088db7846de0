import { createJobId, type EventOf, type JobRecord } from '@hotline/core'
import { expect, test } from 'vitest'
import { Pace, quantile, STEP_MS, STEPS } from './pace.ts'

const NOW = 1000 * STEP_MS

function succeeded(at: number): EventOf<'job.succeeded'> {
  const header = {
    v: 1,
    seq: 3,
    at,
    jobId: createJobId(),
    task: 't',
    queue: 'q',
    attempt: 1,
    cursor: '1',
  } as const
  return { ...header, type: 'job.succeeded', result: null, runMs: 100 }
}

const limits = {
  ...{ attempts: 1, crashLimit: 3, retentionMs: 1000 },
  backoff: { initialMs: 0, factor: 1, maxMs: 0, jitter: 0 },
} as const
const attempt = { attempt: 1, worker: 'w', slot: 0, pid: 1, waitMs: 7, runMs: 50 } as const
const failed: JobRecord = {
  ...{
    v: 1,
    id: createJobId(),
    task: 't',
    queue: 'q',
    priority: 'normal',
    limits,
    tags: [],
    digest: '',
    bytes: 0,
  },
  ...{ state: 'failed', seq: 3, attempt: 1, failures: 1, crashes: 0, misses: 0 },
  ...{ queuedAt: 0, runAt: 0, updatedAt: NOW, finishedAt: NOW - STEP_MS },
  attempts: [{ ...attempt, startedAt: NOW - 2 * STEP_MS, endedAt: NOW - STEP_MS, ended: 'failed' }],
}

test('each step has what ended in it, from events and from jobs that were listed', () => {
  const pace = new Pace()
  pace.see(succeeded(NOW))
  pace.see(succeeded(NOW + 1))
  pace.recall(failed)
  const steps = pace.steps(NOW)
  expect(steps.length).toBe(STEPS)
  expect(steps.at(-1)).toEqual({ succeeded: 2, failed: 0, waits: [], runs: [100, 100] })
  expect(steps.at(-2)).toEqual({ succeeded: 0, failed: 1, waits: [], runs: [50] })
  expect(steps.at(-3)).toEqual({ succeeded: 0, failed: 0, waits: [7], runs: [] })
})

test('what is long past is forgotten, and old jobs do not bring it back', () => {
  const pace = new Pace()
  pace.see(succeeded(NOW))
  for (let step = 1; step <= 10_000; step++) pace.see(succeeded(NOW + step * STEP_MS))
  pace.recall(failed)
  expect(pace.steps(NOW).every((step) => step.succeeded + step.failed === 0)).toBe(true)
})

test('quantiles are of the values that there are', () => {
  expect([quantile([], 0.5), quantile([3, 1, 2], 0.5), quantile([1, 2], 0.95)]).toEqual([undefined, 2, 2])
})
