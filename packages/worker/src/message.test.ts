import { expect, test } from 'vitest'
import { parseFromChild, parseToChild } from './message.ts'

const token = 'abc'
const error = { name: 'Error', message: 'x' }
const failed = { kind: 'failed', code: 'HANDLER_ERROR', error, isRetryable: true, spoiled: false }

test.each([
  { type: 'ready', tasks: [{ name: 'a', queue: 'b', memoryBytes: 3 }] },
  { type: 'refused', problem: 'p', cure: 'c', error },
  { type: 'progress', token, value: '1', dropped: 0 },
  { type: 'logged', token, lines: ['a'], dropped: 2 },
  { type: 'answer', token, answer: { kind: 'returned', output: '1', heeded: false, cpuMs: 3 } },
  { type: 'answer', token, answer: { kind: 'unknown-task' } },
  { type: 'answer', token, answer: failed },
])('a child may say %j', (message) => {
  expect(parseFromChild(message)).toBe(message)
})

test.each([
  undefined,
  null,
  'ready',
  [],
  { type: 'run', token },
  { type: 'ready', tasks: 'all' },
  { type: 'ready', tasks: [{ name: 1, queue: 'b' }] },
  { type: 'progress', value: '1', dropped: 0 },
  { type: 'progress', token, value: { done: 1 }, dropped: 0 },
  { type: 'progress', token, value: '1', dropped: -1 },
  { type: 'logged', token, lines: ['x'.repeat(9000)], dropped: 0 },
  { type: 'logged', token, lines: Array(101).fill('x'), dropped: 0 },
  { type: 'answer', token, answer: { kind: 'returned', output: 1, heeded: false } },
  { type: 'answer', token, answer: { kind: 'returned', output: '1', heeded: false, cpuMs: Number.NaN } },
  { type: 'answer', token, answer: { ...failed, code: 'JOB_POISONED' } },
  { type: 'answer', token, answer: { ...failed, error: 'x' } },
  { type: 'answer', token: 3, answer: failed },
])('what else it says means nothing: %j', (message) => {
  expect(parseFromChild(message)).toBeUndefined()
})

const assignment = { jobId: 'j', task: 't', queue: 'q', tags: [], attempt: 1, input: '1', maxBytes: 9 }

test('a supervisor may say run, abort and end', () => {
  for (const message of [
    { type: 'run', token, assignment },
    { type: 'abort', token, reason: 'cancel' },
    { type: 'end' },
  ]) {
    expect(parseToChild(message)).toBe(message)
  }
  for (const message of [null, { type: 'run', token }, { type: 'abort', token, reason: 'boredom' }]) {
    expect(parseToChild(message)).toBeUndefined()
  }
})
