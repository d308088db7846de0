import { describe, expect, test } from 'vitest'
import { accept, after } from './folded-events.fixture.ts'
import { propose } from './proposed-events.fixture.ts'
import { reduceAll } from './reducer.ts'

describe('a holder that comes too late', () => {
  const requeued = after('job.started', 'job.lost')

  test('is refused, and the log says so once per attempt', () => {
    const running = accept(requeued, [propose('job.started', 2)], 5)
    const verdict = reduceAll(running, [propose('job.succeeded', 1)], 9)
    expect(verdict).toMatchObject({
      accepted: false,
      why: 'fenced',
      events: [{ type: 'attempt.fenced', attempt: 1, refused: 'job.succeeded', seq: running.seq + 1 }],
      record: { state: 'running', attempt: 2 },
    })
    expect(reduceAll(verdict.record, [propose('job.succeeded', 1)], 9)).toMatchObject({
      accepted: false,
      events: [],
    })
  })

  test('is refused while the job waits for its next attempt, and after the end', () => {
    for (const type of ['job.succeeded', 'job.retrying', 'job.failed'] as const) {
      expect(reduceAll(requeued, [propose(type, 1)], 9)).toMatchObject({
        accepted: false,
        events: [{ type: 'attempt.fenced' }],
      })
    }
    const over = accept(requeued, [propose('job.started', 2), propose('job.succeeded', 2)], 9)
    const late = reduceAll(over, [propose('job.failed', 1)], 9)
    expect(late).toMatchObject({ accepted: false, why: 'final', record: { state: 'succeeded', result: 42 } })
    expect(late.events).toMatchObject([{ type: 'attempt.fenced', why: 'final' }])
  })

  test('is taken at its word again if it only did not hear the answer', () => {
    for (const type of ['job.succeeded', 'job.retrying', 'job.failed'] as const) {
      const settled = after('job.started', type)
      expect(reduceAll(settled, [propose(type, 1)], 9)).toEqual({
        accepted: true,
        record: settled,
        events: [],
      })
    }
    const other = { ...propose('job.succeeded', 1), result: 43 }
    expect(reduceAll(after('job.started', 'job.succeeded'), [other], 9)).toMatchObject({
      accepted: false,
      why: 'final',
    })
  })

  test('is no holder if it never ran, or is a sweep that came second', () => {
    expect(reduceAll(after(), [propose('job.succeeded', 1)], 9).events).toEqual([])
    expect(reduceAll(requeued, [propose('job.lost', 1), propose('job.failed', 1)], 9).events).toEqual([])
  })
})
