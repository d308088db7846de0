import type { EventOf, JobEventType } from '@hotline/core'
import { createJobId } from '@hotline/core'
import { expect, test } from 'vitest'
import { PageModel } from './page-model.ts'

const limits = {
  ...{ attempts: 1, crashLimit: 3, retentionMs: 1000 },
  backoff: { initialMs: 0, factor: 1, maxMs: 0, jitter: 0 },
} as const

function queued(jobId = createJobId()): EventOf<'job.queued'> {
  const header = {
    v: 1,
    seq: 1,
    at: Date.now(),
    jobId,
    task: 't',
    queue: 'q',
    attempt: 0,
    cursor: '1',
  } as const
  const body = { bytes: 1, digest: '', priority: 'normal', runAt: Date.now(), limits, tags: [] } as const
  return { ...header, type: 'job.queued', ...body }
}

function next<T extends JobEventType>(
  { jobId, task, queue, at }: EventOf<'job.queued'>,
  seq: number,
  body: { readonly type: T } & object,
): object {
  return { v: 1, at, jobId, task, queue, cursor: String(seq), attempt: 1, seq, ...body }
}

const holder = { worker: 'w', slot: 0, pid: 1, waitMs: 0 } as const

test('however many jobs come, the page keeps 10,500 at most: those that run, then the newest', () => {
  const model = new PageModel()
  const first = queued()
  model.take(first)
  model.take(Object.assign(queued(first.jobId), next(first, 2, { type: 'job.started', ...holder })))
  const all = [first, ...Array.from({ length: 30_000 }, () => queued())]
  for (const event of all.slice(1)) model.take(event)
  expect(model.jobs.size).toBeLessThanOrEqual(10_500)
  expect(model.list()[0]).toMatchObject({ id: first.jobId, state: 'running' })
  expect(model.list()[1]?.id).toBe(all.at(-1)?.jobId)
  expect(model.events.length).toBe(200)
  const gone = all[1] ?? first
  expect(model.jobs.has(gone.jobId)).toBe(false)
  model.take(Object.assign(queued(gone.jobId), next(gone, 2, { type: 'job.started', ...holder })))
  expect([...model.missing]).toEqual([gone.jobId])
})

test('an event that a listed record has in it changes nothing, and one behind it is folded', () => {
  const model = new PageModel()
  const event = queued()
  model.take(event)
  model.take(Object.assign(queued(event.jobId), next(event, 2, { type: 'job.started', ...holder })))
  model.take(event)
  expect(model.jobs.get(event.jobId)).toMatchObject({ state: 'running', seq: 2, attempts: [{ worker: 'w' }] })
})

test('a gap makes it begin anew, and a fresh start forgets what was there', () => {
  const model = new PageModel()
  model.take(queued())
  expect(model.take({ v: 1, type: 'stream.gap', at: 0, from: '1', cursor: '2' })).toBe('begin-anew')
  const hello = { type: 'hello', now: 0, canRetry: false } as const
  model.take({ ...hello, isFresh: false })
  expect(model.jobs.size).toBe(1)
  model.take({ ...hello, isFresh: true })
  expect(model.jobs.size).toBe(0)
})
