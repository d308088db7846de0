import { describe, expect, test } from 'vitest'
import { FabricatedLog } from './fabricated-log.fixture.ts'
import { prove } from './proof.ts'
import { SlotTimeline } from './slot-timeline.ts'
import { witnessLines } from './witness.ts'

const T = 1_800_000_000_000
const at = (ms: number) => T + ms

/** A log whose ids are made when its events say. */
function logOf(...workers: readonly string[]): FabricatedLog {
  const log = new FabricatedLog(() => T)
  for (const worker of workers) log.worker(worker, 1, at(0))
  return log
}

describe('of a log that is longer than the window', () => {
  test('what was under way when it began counts, and is no violation', () => {
    const log = logOf('w', 'v')
    const [over, a, b] = [log.queued(at(0)), log.queued(at(0)), log.queued(at(0))]
    log.start(over, at(0), 'w', 0).succeed(over, at(100), 100)
    log.start(a, at(100), 'w', 0).start(b, at(1000), 'v', 0)
    log.succeed(a, at(1100), 1000).succeed(b, at(1200), 200)
    const proof = prove(log.events, { since: at(500) })
    expect(proof).toMatchObject({ verdict: 'proved', jobs: 2, succeeded: 2, attempts: 1, violations: [] })
    expect(proof).toMatchObject({ runningAtStart: 1, peakRunning: 2, limit: 2, makespanMs: 700 })
    expect(proof.idealMs).toBe(600)
    expect(prove(log.events)).toMatchObject({ jobs: 3, runningAtStart: 0 })
  })

  test('an overlap counts when it happens within, also with what began before', () => {
    const log = logOf('w')
    const [a, b, c] = [log.queued(at(0)), log.queued(at(0)), log.queued(at(0))]
    log.start(a, at(100), 'w', 0).start(b, at(600), 'w', 1).succeed(a, at(700), 600).succeed(b, at(800), 200)
    expect(prove(log.events, { since: at(500) })).toMatchObject({
      ...{ verdict: 'refuted', peakRunning: 2, runningAtStart: 1 },
      violations: [{ kind: 'limit', jobs: [a, b], from: at(600) }],
    })
    log.start(c, at(900), 'w', 0).succeed(c, at(950), 50)
    expect(prove(log.events, { since: at(850) })).toMatchObject({ verdict: 'proved', jobs: 1 })
  })

  test('nothing happened in it', () => {
    const log = logOf('w')
    log.start(log.queued(at(0)), at(100), 'w', 0)
    const proof = prove(log.events, { since: at(500) })
    expect(proof).toMatchObject({ verdict: 'proved', jobs: 1, unfinished: 1, attempts: 0, runningAtStart: 1 })
    expect(proof).toMatchObject({ peakRunning: 1, workers: [{ peakRunning: 1, peakHeldIdle: 0 }] })
  })

  test('workers that were gone before it are not listed', () => {
    const log = logOf('old', 'w').gone('old', at(100))
    log.worker('later', 1, at(600))
    const { workers, limit } = prove(log.events, { since: at(500) })
    expect([workers.map(({ worker }) => worker), limit]).toEqual([['w', 'later'], 2])
  })

  test('a gap before it makes what ran at its beginning unknown', () => {
    const log = logOf('w')
    log.start(log.queued(at(0)), at(10), 'w', 0).gap(at(100))
    expect(prove(log.events, { since: at(500) })).toMatchObject({ verdict: 'unprovable', gaps: 1 })
  })
})

describe('of a log whose beginning was trimmed', () => {
  test('a job that is older than the log is no gap, one that is younger is', () => {
    const log = new FabricatedLog(() => T - 5000).worker('w', 1, at(0))
    const old = log.queued(at(-5000))
    log.start(old, at(100), 'w', 0).succeed(old, at(200))
    const trimmed = log.events.filter(({ type }) => type !== 'job.queued')
    expect(prove(trimmed, { since: at(50) })).toMatchObject({ verdict: 'proved', jobs: 1, succeeded: 1 })
    expect(prove(trimmed)).toMatchObject({ verdict: 'unprovable', gaps: 1 })
    const young = new FabricatedLog(() => T + 80).worker('w', 1, at(0))
    young.start(young.queued(at(80)), at(100), 'w', 0)
    const torn = young.events.filter(({ type }) => type !== 'job.queued')
    expect(prove(torn, { since: at(50) })).toMatchObject({ verdict: 'unprovable', gaps: 1 })
  })

  test('an attempt of unknown start ran somewhere, so that nothing is proved', () => {
    const log = new FabricatedLog(() => T - 5000)
    const old = log.queued(at(-5000))
    log.start(old, at(-4000), 'w', 0).worker('v', 1, at(0)).succeed(old, at(200), 4200)
    const trimmed = log.events.slice(2)
    expect(prove(trimmed, { since: at(100) })).toMatchObject({ verdict: 'unprovable', gaps: 1 })
    expect(witnessLines(prove(trimmed, { since: at(100) }))[0]).toContain(
      'no longer has the start of attempt 1',
    )
  })

  test('a worker that lives tells its limit by its heartbeat, and is not gone', () => {
    const log = new FabricatedLog(() => T)
    const job = log.queued(at(0))
    log.start(job, at(10), 'w', 0).gone('w', at(20))
    const alive = new Map([['w', 1]])
    log.queued(at(100_000))
    expect(prove(log.events, { since: at(0), alive })).toMatchObject({
      ...{ verdict: 'proved', limit: 1 },
      workers: [{ worker: 'w', limit: 1, limitFrom: 'heartbeat' }],
    })
    expect(prove(log.events, { since: at(0) })).toMatchObject({ verdict: 'refuted', lost: 1 })
  })
})

test('witnesses are lines in the order of time, the same for whoever reads the log', () => {
  const log = logOf('w', 'v')
  const [a, b, c] = [log.queued(at(0)), log.queued(at(0)), log.queued(at(0))]
  log.start(a, at(10), 'w', 0).start(b, at(20), 'w', 1).start(c, at(30), 'v', 0)
  log.succeed(c, at(40)).succeed(c, at(50))
  const lines = witnessLines(prove(log.events))
  expect(lines).toEqual([
    `limit  2027-01-15T08:00:00.020Z  w had 2 jobs under way; its limit is 1. [${a} ${b}]`,
    `duplicate  2027-01-15T08:00:00.050Z  Job ${c} had ended as succeeded when job.succeeded came. [${c}]`,
  ])
  const { violations } = prove(log.events)
  expect(witnessLines({ violations: violations.toReversed() })).toEqual(lines)
})

test('a timeline has a bar for each attempt in its slot, the latest if there are too many', () => {
  const log = logOf('w')
  const [a, b] = [log.queued(at(0)), log.queued(at(0))]
  log.start(a, at(10), 'w', 0).succeed(a, at(20)).start(b, at(30), 'w', 0).start(b, at(40), 'w', 1, 2)
  const timeline = new SlotTimeline()
  for (const event of log.events) timeline.add(event)
  expect(timeline.bars()).toMatchObject([
    { jobId: a, slot: 0, from: at(10), to: at(20), ended: 'succeeded' },
    { jobId: b, slot: 0, attempt: 1, from: at(30), to: at(40), ended: 'fenced' },
    { jobId: b, slot: 1, attempt: 2, from: at(40), to: at(40), ended: 'running' },
  ])
  expect(timeline.steps().map(({ running }) => running)).toEqual([1, 0, 1, 0, 1])
  const short = new SlotTimeline({ most: 1 })
  for (const event of log.events) short.add(event)
  expect([short.bars().length, short.dropped]).toEqual([2, 1])
})

test('how many were under way is told in the order of the log, whatever its clock showed', () => {
  const log = logOf('w')
  const [a, b] = [log.queued(at(0)), log.queued(at(0))]
  log.start(a, at(10), 'w', 0).succeed(a, at(20)).start(b, at(19), 'w', 0)
  const timeline = new SlotTimeline()
  for (const event of log.events) timeline.add(event)
  expect(timeline.steps().map(({ running }) => running)).toEqual([1, 0, 1])
})
