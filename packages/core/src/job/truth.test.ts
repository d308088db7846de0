import { expect, test } from 'vitest'
import { accept, after } from './folded-events.fixture.ts'
import { createJobIdFactory } from './job-id.ts'
import { queued } from './proposed-events.fixture.ts'
import { absence, stateOf } from './truth.ts'

test('a running job is lost from the moment that its lease lapsed, and not before', () => {
  const record = after('job.started')
  expect(stateOf({ record, observedAt: 100, leaseUntil: 100 })).toBe('running')
  expect(stateOf({ record, observedAt: 101, leaseUntil: 100 })).toBe('lost')
  expect(stateOf({ record: after('job.started', 'job.lost'), observedAt: 101 })).toBe('queued')
})

test('a scheduled job that is due is queued', () => {
  const record = accept(undefined, [queued({ delayMs: 50 })], 0)
  expect(stateOf({ record, observedAt: 49 })).toBe('scheduled')
  expect(stateOf({ record, observedAt: 50 })).toBe('queued')
})

test('a job that is absent is unknown as long as the backend would remember it, then forgotten', () => {
  const id = createJobIdFactory({ now: () => 1_000_000 })()
  expect(absence(id, 1_060_000, 60_000)).toBe('unknown')
  expect(absence(id, 1_060_001, 60_000)).toBe('forgotten')
})
