import { describe, expect, test } from 'vitest'
import type { JobEventType } from './event.ts'
import type { Crash } from './policy.ts'
import {
  afterCancelRequest,
  afterCrash,
  afterError,
  afterRelease,
  afterStop,
  overdue,
  UNKNOWN_TASK_LIMIT,
} from './policy.ts'
import { JOB_ID, propose, queued } from './proposed-events.fixture.ts'
import type { JobRecord } from './record.ts'
import { reduceAll } from './reducer.ts'

const crash: Crash = {
  reason: 'signal',
  code: 'PROCESS_SIGNAL',
  error: { name: 'E', message: 'killed.' },
  signal: 'SIGKILL',
}
const failed = {
  code: 'HANDLER_ERROR',
  error: { name: 'E', message: 'no' },
  usage: { runMs: 1 },
  retryable: true,
} as const
const half = () => 0.5

function record(...types: JobEventType[]): JobRecord {
  let current: JobRecord | undefined
  for (const type of ['job.queued', ...types] as const) {
    const attempt = type === 'job.started' ? (current?.attempt ?? 0) + 1 : (current?.attempt ?? 0)
    const verdict = reduceAll(
      current,
      [type === 'job.queued' ? queued({ expiresInMs: 50 }) : propose(type, attempt)],
      0,
    )
    if (!verdict.accepted) throw new Error(`${type} refused: ${verdict.why}`)
    current = verdict.record
  }
  if (current === undefined) throw new Error('no record')
  return current
}

const types = (events: readonly { type: string }[]) => events.map(({ type }) => type)

describe('an attempt that failed', () => {
  test('is tried again after a wait that grows, until the attempts are used up', () => {
    expect(afterError(record('job.started'), failed, half)).toMatchObject([
      { type: 'job.retrying', retryInMs: 1000 },
    ])
    const second = record('job.started', 'job.retrying', 'job.started')
    expect(afterError(second, failed, half)).toMatchObject([{ type: 'job.retrying', retryInMs: 2000 }])
    const third = record('job.started', 'job.retrying', 'job.started', 'job.retrying', 'job.started')
    expect(types(afterError(third, failed, half))).toEqual(['job.failed'])
  })

  test('fails at once where another attempt cannot help', () => {
    expect(types(afterError(record('job.started'), { ...failed, retryable: false }))).toEqual(['job.failed'])
  })
})

describe('an attempt that crashed', () => {
  test('is run again at once, and poisoned at the limit with the last evidence as cause', () => {
    expect(afterCrash(record('job.started'), crash)).toMatchObject([{ type: 'job.lost', requeued: true }])
    const third = record('job.started', 'job.lost', 'job.started', 'job.lost', 'job.started')
    const events = afterCrash(third, crash)
    expect(events).toMatchObject([
      { type: 'job.lost', requeued: false },
      { type: 'job.failed', code: 'JOB_POISONED', error: { cause: crash.error } },
    ])
    expect(reduceAll(third, events, 1)).toMatchObject({
      accepted: true,
      record: { state: 'failed', crashes: 3 },
    })
  })

  test('is not run again when somebody asked for a stop', () => {
    const stopping = record('job.started', 'job.cancelling')
    const events = afterCrash(stopping, crash)
    expect(types(events)).toEqual(['job.lost', 'job.cancelled'])
    expect(reduceAll(stopping, events, 1)).toMatchObject({
      record: { state: 'cancelled', receipt: { means: 'process-died' } },
    })
  })
})

describe('an attempt that is given back', () => {
  test('is available at once when its worker stops', () => {
    expect(afterRelease(record('job.started'), 'drain')).toMatchObject([{ type: 'job.released', delayMs: 0 }])
  })

  test('waits longer and longer for a worker that knows its task, and fails in the end', () => {
    const once = { ...record('job.started'), misses: 3 }
    expect(afterRelease(once, 'unknown-task', half)).toMatchObject([{ type: 'job.released', delayMs: 4000 }])
    const often = { ...once, misses: UNKNOWN_TASK_LIMIT - 1 }
    expect(afterRelease(often, 'unknown-task')).toMatchObject([{ type: 'job.failed', code: 'UNKNOWN_TASK' }])
  })
})

describe('a request to stop', () => {
  test('ends a waiting job, asks a running one once, and leaves a finished one', () => {
    expect(afterCancelRequest(record(), 'no need')).toMatchObject([
      { type: 'job.cancelled', receipt: { means: 'before-start', reason: 'no need' } },
    ])
    expect(types(afterCancelRequest(record('job.started')))).toEqual(['job.cancelling'])
    expect(afterCancelRequest(record('job.started', 'job.cancelling'))).toEqual([])
    expect(afterCancelRequest(record('job.started', 'job.succeeded'))).toEqual([])
  })

  test('leaves a receipt that names who ran it and what it took', () => {
    const events = afterStop(record('job.started', 'job.cancelling'), { means: 'SIGKILL', tookMs: 7 })
    expect(events).toMatchObject([
      {
        jobId: JOB_ID,
        receipt: { means: 'SIGKILL', tookMs: 7, worker: 'w1', slot: 0, pid: 11, reason: 'changed my mind' },
      },
    ])
  })
})

describe('a sweep', () => {
  test('finds a lapsed lease, and leaves one that holds', () => {
    const running = record('job.started')
    expect(overdue(running, 100, 101)).toEqual([])
    expect(overdue(running, 100, 100)).toMatchObject([
      { type: 'job.lost', reason: 'lease', code: 'LEASE_LAPSED', lastSeen: 100 },
    ])
  })

  test('finds a job that nobody started in time, and leaves one that somebody did', () => {
    expect(overdue(record(), 49, undefined)).toEqual([])
    expect(overdue(record(), 50, undefined)).toMatchObject([{ type: 'job.expired' }])
    expect(overdue(record('job.started', 'job.released'), 500, undefined)).toEqual([])
    expect(overdue(record('job.started', 'job.succeeded'), 500, undefined)).toEqual([])
  })
})
