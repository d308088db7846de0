import type { JobRecord } from '@hotline/core'
import { createClient, memory } from '@hotline/core'
import { beforeAll, expect, test } from 'vitest'
import { nap } from './fixtures/tasks.ts'
import type { AttemptFacts } from './outcome.ts'
import { outcomeOf, outcomeOfCancelled } from './outcome.ts'
import type { Ending } from './runner.ts'

let running: JobRecord
let cancelled: JobRecord

beforeAll(async () => {
  const transport = memory()
  await using client = createClient({ transport })
  await client.enqueue(nap, { ms: 1 })
  const holder = { worker: 'w', slot: 0, pid: 1 }
  const lease = await transport.queue.reserve(['default'], { holder, signal: new AbortController().signal })
  if (lease === undefined) throw new Error('no lease')
  const { id: jobId, attempt } = lease.job
  running = lease.job
  const asked = await transport.log.append([{ type: 'job.cancelling', jobId, attempt }])
  if (asked.record === undefined) throw new Error('no record')
  cancelled = asked.record
})

const returned: Ending = { kind: 'returned', output: '"x"', heeded: false }
const heeded: Ending = { ...returned, heeded: true }
const error = { name: 'Error', message: 'x' }
const threw: Ending = { kind: 'failed', code: 'HANDLER_ERROR', error, isRetryable: true, spoiled: false }
const exit: Ending = { kind: 'exited', exitCode: 1, stderr: '' }
const killed: Ending = { kind: 'exited', signal: 'SIGKILL', stderr: '' }
const unknown: Ending = { kind: 'unknown-task' }

function facts(ending: Ending, more: Partial<AttemptFacts> = {}): AttemptFacts {
  return {
    ending,
    stop: undefined,
    usage: { runMs: 5, isOverMemory: false },
    maxBytes: 1000,
    isDrained: false,
    ...more,
  }
}

const asked = (reason: 'cancel' | 'timeout' | 'drain' | 'lease', rung: 'abort' | 'SIGKILL' = 'abort') => ({
  stop: { reason, rung, tookMs: 7 },
})

test.each([
  ['a result', returned, {}, ['job.succeeded']],
  ['a result that came although a stop was asked for', returned, asked('drain'), ['job.succeeded']],
  ['a result after the lease was lost, to be fenced', returned, asked('lease'), ['job.succeeded']],
  ['an error', threw, {}, ['job.failed']],
  ['an exit', exit, {}, ['job.lost']],
  ['no handler', unknown, {}, ['job.released']],
  ['a timeout that was heeded', heeded, asked('timeout'), ['job.failed']],
  ['a timeout that was not', killed, asked('timeout', 'SIGKILL'), ['job.failed']],
  ['a drain that was heeded by throwing', threw, asked('drain'), ['job.released']],
  ['a drain that was not', killed, asked('drain', 'SIGKILL'), ['job.released']],
  ['a signal for the whole group while draining', killed, { isDrained: true }, ['job.released']],
  ['an error after the lease was lost', threw, asked('lease'), []],
  ['an exit after the lease was lost', killed, asked('lease', 'SIGKILL'), []],
  ['too much memory', killed, { usage: { runMs: 5, isOverMemory: true } }, ['job.lost']],
  [
    'too much memory while timing out',
    killed,
    { ...asked('timeout'), usage: { runMs: 5, isOverMemory: true } },
    ['job.lost'],
  ],
] as const)('%s', (_name, ending, more, types) => {
  expect(outcomeOf(running, facts(ending, more)).map(({ type }) => type)).toEqual(types)
})

test.each([
  ['heeded', heeded, asked('cancel'), 'handler'],
  ['thrown', threw, asked('cancel'), 'handler'],
  ['killed', killed, asked('cancel', 'SIGKILL'), 'SIGKILL'],
  ['exited of its own', exit, asked('cancel'), 'handler'],
  ['cancelled while it timed out', killed, asked('timeout', 'SIGKILL'), 'SIGKILL'],
  ['cancelled while the worker drained', killed, asked('drain', 'SIGKILL'), 'SIGKILL'],
] as const)('a cancelled job ends as cancelled: %s', (_name, ending, more, means) => {
  expect(outcomeOf(cancelled, facts(ending, more))).toMatchObject([
    { type: 'job.cancelled', receipt: { means, tookMs: 7, worker: 'w', slot: 0, pid: 1 } },
  ])
})

test('an end that was proposed before anybody knew of the cancel is proposed anew', () => {
  const typesOf = (ending: Ending) => outcomeOfCancelled(cancelled, facts(ending))
  expect(typesOf(threw)).toMatchObject([{ type: 'job.cancelled', receipt: { means: 'handler' } }])
  expect(typesOf(unknown)).toMatchObject([{ type: 'job.cancelled', receipt: { means: 'before-start' } }])
  expect(typesOf(exit)).toMatchObject([
    { type: 'job.lost', requeued: false },
    { type: 'job.cancelled', receipt: { means: 'process-died' } },
  ])
})

test('a timeout says what was given, what it took and what ended it', () => {
  const [event] = outcomeOf(running, facts(killed, asked('timeout', 'SIGKILL')))
  expect(event).toMatchObject({ code: 'TIMEOUT', error: { name: 'JobTimeout' } })
  expect(JSON.stringify(event)).toContain('neither the abort signal nor SIGTERM stopped it')
})
