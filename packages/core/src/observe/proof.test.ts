import { describe, expect, test } from 'vitest'
import type { HotlineEvent } from '../events/event.ts'
import { ERROR, FabricatedLog, USAGE } from './fabricated-log.fixture.ts'
import { prove } from './proof.ts'
import { ProofLedger } from './proof-ledger.ts'

function twoAtOnce(): FabricatedLog {
  const log = new FabricatedLog().worker('w', 2)
  const [a, b, c] = [log.queued(), log.queued(), log.queued()]
  return log
    .start(a, 0, 'w', 0)
    .start(b, 0, 'w', 1)
    .succeed(a, 100)
    .start(c, 100, 'w', 0)
    .succeed(b, 200, 190)
    .succeed(c, 200)
}

const kinds = (log: FabricatedLog, options = {}) =>
  prove(log.events, options).violations.map(({ kind }) => kind)

describe('a sound log is proved', () => {
  test('with its counts, peaks and times', () => {
    expect(prove(twoAtOnce().events, { finished: true })).toMatchObject({
      verdict: 'proved',
      ok: true,
      jobs: 3,
      succeeded: 3,
      unfinished: 0,
      attempts: 3,
      lost: 0,
      duplicates: 0,
      peakRunning: 2,
      limit: 2,
      peakHeldIdle: 0,
      gaps: 0,
      makespanMs: 200,
      idealMs: 190,
      efficiency: 0.95,
      violations: [],
    })
  })

  test('whose jobs retry, crash, are poisoned, cancelled, released and expire', () => {
    const log = new FabricatedLog().worker('w', 1)
    const [retried, poisoned, waiting, spinning, late] = [1, 2, 3, 4, 5].map(() => log.queued())
    if (!retried || !poisoned || !waiting || !spinning || !late) throw new Error('five')
    const lost = { reason: 'exit', code: 'PROCESS_EXIT', error: ERROR, runMs: 10 } as const
    log.start(retried, 0, 'w', 0)
    log.job(retried, 'job.retrying', 10, 1, { runMs: 10, code: 'HANDLER_ERROR', error: ERROR, retryAt: 50 })
    log.start(poisoned, 10, 'w', 0).job(poisoned, 'job.lost', 20, 1, { ...lost, requeued: false })
    log.job(poisoned, 'job.failed', 20, 1, { runMs: 10, code: 'JOB_POISONED', error: ERROR })
    log.job(waiting, 'job.cancelled', 20, 0, { receipt: { means: 'before-start', tookMs: 0 } })
    log.start(spinning, 20, 'w', 0).job(spinning, 'job.released', 30, 1, { reason: 'drain', runAt: 30 })
    log.start(spinning, 30, 'w', 0, 2).job(spinning, 'job.cancelling', 35, 2, {})
    log.job(spinning, 'job.cancelled', 50, 2, { receipt: { means: 'SIGKILL', tookMs: 15 } })
    log.job(late, 'job.expired', 50, 0, { expiresAt: 50 })
    log.start(retried, 50, 'w', 0, 2).succeed(retried, 60, 10, 2)
    log.job(retried, 'attempt.fenced', 60, 1, { refused: 'job.succeeded', why: 'fenced' })
    const proof = prove(log.events, { finished: true })
    expect(proof.violations).toEqual([])
    expect(proof).toMatchObject({
      ok: true,
      succeeded: 1,
      failed: 1,
      cancelled: 2,
      expired: 1,
      lostAttempts: 1,
    })
    expect(proof).toMatchObject({ attempts: 5, makespanMs: 60, idealMs: 60, efficiency: 1 })
  })

  test('while jobs of it wait and run', () => {
    const log = new FabricatedLog().worker('w', 1)
    const running = log.queued()
    log.queued()
    expect(prove(log.start(running, 5, 'w', 0).events)).toMatchObject({ ok: true, unfinished: 2, lost: 0 })
  })

  test('when nothing happened', () => {
    expect(prove([])).toMatchObject({ ok: true, jobs: 0, makespanMs: 0, efficiency: 1 })
  })
})

describe('a broken rule is found', () => {
  test('one job above the limit', () => {
    const log = new FabricatedLog().worker('w', 1)
    const [a, b] = [log.queued(), log.queued()]
    log.start(a, 0, 'w', 0).start(b, 50, 'w', 1).succeed(a, 100).succeed(b, 140)
    const proof = prove(log.events)
    expect(proof).toMatchObject({ verdict: 'refuted', ok: false, peakRunning: 2, limit: 1 })
    expect(proof.violations).toMatchObject([{ kind: 'limit', jobs: [a, b], from: 50 }])
  })

  test('one overlap in a slot, which is a job held and not run', () => {
    const log = new FabricatedLog().worker('w', 2)
    const [a, b] = [log.queued(), log.queued()]
    log.start(a, 0, 'w', 0).start(b, 50, 'w', 0).succeed(a, 100).succeed(b, 140)
    const proof = prove(log.events)
    expect(proof).toMatchObject({ ok: false, peakHeldIdle: 1 })
    expect(proof.violations).toMatchObject([{ kind: 'overlap', jobs: [a, b], from: 0, to: 50 }])
  })

  test('one job held for longer than it ran', () => {
    const log = new FabricatedLog().worker('w', 1)
    const a = log.queued()
    log.start(a, 0, 'w', 0).succeed(a, 5000, 1000)
    const proof = prove(log.events)
    expect(proof).toMatchObject({ ok: false, peakHeldIdle: 1, violations: [{ kind: 'held', jobs: [a] }] })
    expect(prove(log.events, { handOverMs: 4000 }).ok).toBe(true)
  })

  test('one loss: its worker is gone and nobody took it up', () => {
    const log = new FabricatedLog().worker('w', 1)
    const a = log.queued()
    log.start(a, 0, 'w', 0).gone('w', 100)
    expect(prove(log.events).lost).toBe(0)
    log.worker('v', 1, 70_000)
    expect(prove(log.events)).toMatchObject({ ok: false, lost: 1, violations: [{ kind: 'lost', jobs: [a] }] })
  })

  test('one loss: the run is over and a job has no end', () => {
    const log = twoAtOnce()
    const a = log.queued(300)
    expect(prove(log.events).ok).toBe(true)
    expect(prove(log.events, { finished: true })).toMatchObject({
      ok: false,
      lost: 1,
      violations: [{ jobs: [a] }],
    })
  })

  test('one duplicate: two attempts of a job at once', () => {
    const log = new FabricatedLog().worker('w', 1).worker('v', 1)
    const a = log.queued()
    log.start(a, 0, 'w', 0).start(a, 50, 'v', 0, 2).succeed(a, 140, 90, 2)
    expect(prove(log.events)).toMatchObject({ ok: false, duplicates: 1, peakRunning: 2 })
    expect(kinds(log)).toEqual(['duplicate'])
  })

  test('one duplicate: two successes', () => {
    const log = new FabricatedLog().worker('w', 1)
    const a = log.queued()
    log.start(a, 0, 'w', 0).succeed(a, 100).succeed(a, 101)
    expect(prove(log.events)).toMatchObject({ ok: false, succeeded: 1, duplicates: 1 })
    expect(kinds(log)).toEqual(['duplicate'])
  })

  test('an outcome of an attempt that was never started', () => {
    const log = new FabricatedLog().worker('w', 1)
    log.succeed(log.queued(), 10)
    expect(kinds(log)).toEqual(['disorder'])
  })
})

describe('a log that is not whole proves nothing', () => {
  test('one gap of the stream, and no false accusation of what came after it', () => {
    const log = new FabricatedLog().worker('w', 1)
    const [a, b] = [log.queued(), log.queued()]
    log.start(a, 0, 'w', 0).gap(60).start(b, 100, 'w', 0).succeed(b, 190)
    expect(prove(log.events, { finished: true })).toMatchObject({ verdict: 'unprovable', ok: false, gaps: 1 })
    expect(kinds(log)).toEqual(['gap'])
  })

  test('one hole in the seq of a job', () => {
    const log = new FabricatedLog().worker('w', 1)
    const a = log.queued()
    log.start(a, 0, 'w', 0).job(a, 'job.succeeded', 90, 1, { ...USAGE, result: null }, 1)
    expect(prove(log.events)).toMatchObject({ verdict: 'unprovable', gaps: 1 })
    expect(kinds(log)).toEqual(['gap'])
  })

  test('a repeated event', () => {
    const { events } = twoAtOnce()
    const again = events.flatMap((event): HotlineEvent[] =>
      event.type === 'job.started' ? [event, event] : [event],
    )
    expect(prove(again)).toMatchObject({ ok: false, gaps: 3 })
  })

  test('a worker whose limit the log does not tell', () => {
    const log = new FabricatedLog()
    const a = log.queued()
    log.start(a, 0, 'w', 0).succeed(a, 90)
    expect(prove(log.events)).toMatchObject({
      verdict: 'unprovable',
      violations: [{ kind: 'unknown-limit' }],
    })
  })
})

test('a ledger that takes event by event says at each moment what `prove` says of the log so far', () => {
  const { events } = twoAtOnce()
  const ledger = new ProofLedger()
  for (const [index, event] of events.entries()) {
    ledger.add(event)
    expect(ledger.proof()).toEqual(prove(events.slice(0, index + 1)))
  }
})

test('violations are counted when they are too many to keep', () => {
  const log = new FabricatedLog().worker('w', 1)
  for (let index = 0; index < 1200; index++) log.succeed(log.queued(), 10)
  const proof = prove(log.events)
  expect(proof.violations).toHaveLength(1000)
  expect(proof.violationCounts).toEqual({ disorder: 1200 })
})
