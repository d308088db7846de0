import { expect, test } from 'vitest'
import { createJobId } from '../job/job-id.ts'
import { DURATION_BUCKETS, JobMetrics } from './job-metrics.ts'

const header = (task: string) =>
  ({ v: 1, seq: 2, at: 0, jobId: createJobId(), task, queue: 'q', attempt: 1, cursor: '1' }) as const
const started = (task: string, waitMs: number) =>
  ({ ...header(task), type: 'job.started', worker: 'w', slot: 0, pid: 1, waitMs }) as const
const succeeded = (task: string, runMs: number) =>
  ({ ...header(task), type: 'job.succeeded', result: null, runMs }) as const

test('durations fall into the first bucket that holds them, and above all of them', () => {
  const metrics = new JobMetrics()
  for (const ms of [0, 10, 11, 1000, 14_400_000, 14_400_001]) metrics.see(started('t', ms))
  const [waits] = metrics.waits
  const filled = waits?.counts.flatMap((count, index) =>
    count === 0 ? [] : [[DURATION_BUCKETS[index], count]],
  )
  expect(filled).toEqual([
    [0.01, 2],
    [0.05, 1],
    [1, 1],
    [14_400, 1],
    [undefined, 1],
  ])
  expect([waits?.count, waits?.sum]).toEqual([6, 28_801.022])
})

test('an attempt that is retried has failed', () => {
  const metrics = new JobMetrics()
  metrics.see(succeeded('t', 1))
  metrics.see({
    ...header('t'),
    type: 'job.retrying',
    code: 'TIMEOUT',
    error: { name: 'E', message: '' },
    retryAt: 1,
    runMs: 1,
  })
  expect(metrics.runs.map(({ labels }) => labels.end)).toEqual(['succeeded', 'failed'])
})

test('names without end are counted together, and none is lost', () => {
  const metrics = new JobMetrics()
  for (let index = 0; index < 5000; index++) metrics.see(started(`task-${index}`, 1))
  for (const series of [metrics.events, metrics.waits]) expect(series.length).toBe(501)
  expect(metrics.waits.reduce((sum, { count }) => sum + count, 0)).toBe(5000)
  expect(metrics.waits.at(-1)?.labels).toEqual({ task: 'other', queue: 'other' })
})
