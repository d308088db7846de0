import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JobEvent } from '../job/event.ts'
import { proposalOf } from '../job/proposal-of.ts'
import { histories, propose, queued } from '../job/proposed-events.fixture.ts'
import type { JobRecord } from '../job/record.ts'
import { isFinal } from '../job/record.ts'
import { reduce } from '../job/reducer.ts'
import type { WorkerPresence } from '../transport/presence.ts'
import { FabricatedLog, USAGE } from './fabricated-log.fixture.ts'
import { LiveModel } from './live-model.ts'
import type { Observation } from './observation.ts'

/** What a log keeps of a history, and the record that it adds up to. */
function kept(history: Parameters<Parameters<typeof histories.map>[0]>[0]): {
  readonly events: readonly JobEvent[]
  readonly record: JobRecord | undefined
} {
  const events: JobEvent[] = []
  let record: JobRecord | undefined
  for (const [index, { type, attempt }] of [
    { type: 'job.queued' as const, attempt: 0 },
    ...history,
  ].entries()) {
    const verdict = reduce(record, type === 'job.queued' ? queued() : propose(type, attempt), 1000 + index)
    if (!verdict.accepted) continue
    events.push(...verdict.events)
    record = verdict.record
  }
  return { events, record }
}

function modelOf(
  seen: readonly Observation[],
  ...bounds: ConstructorParameters<typeof LiveModel>
): LiveModel {
  const model = new LiveModel(...bounds)
  for (const observation of seen) model.see(observation)
  return model
}

const presence = (worker: string, facts: Partial<WorkerPresence> = {}): WorkerPresence => ({
  ...{ worker, host: 'h', pid: 1, queues: ['default'], tasks: ['t'], startedAt: 0, seenAt: 0, everyMs: 2000 },
  ...{ state: 'running', limit: 2, held: 0, running: 0, supervisorRss: 1, slots: [] },
  ...facts,
})

describe('proposalOf', () => {
  it('leads from any event that the log keeps back to one that folds to the same record', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { events, record } = kept(history)
        let folded: JobRecord | undefined
        for (const event of events) {
          const verdict = reduce(folded, proposalOf(event), event.at)
          expect(verdict.events).toEqual([event])
          folded = verdict.record
        }
        expect(folded).toEqual(record)
      }),
    )
  })
})

describe('LiveModel', () => {
  it('keeps the record that the events add up to, whether it saw the first of them or not', () => {
    fc.assert(
      fc.property(histories, fc.nat({ max: 40 }), (history, skipped) => {
        const { events, record } = kept(history)
        const seen = events
          .slice(Math.min(skipped, events.length - 1))
          .map((event) => ({ ...event, cursor: '1' }))
        const [job] = modelOf(seen).scene().jobs
        if (seen.length === events.length) {
          const { progress: _one, ...rest } = record ?? {}
          expect(job).toMatchObject(rest)
        } else if (seen.at(-1)?.type !== 'attempt.fenced') {
          expect([job?.state, job?.seq, job?.attempt]).toEqual([record?.state, record?.seq, record?.attempt])
        }
      }),
    )
  })

  it('counts what runs against the limits, the peak, what waits and since when, and what ended', () => {
    const log = new FabricatedLog().worker('w', 2)
    const [a, b, c] = [log.queued(10), log.queued(20), log.queued(30)]
    log.start(a, 40, 'w', 0)
    log.start(b, 50, 'w', 1)
    log.job(a, 'job.succeeded', 60, 1, { result: 1, ...USAGE })
    expect(modelOf(log.events).scene()).toMatchObject({
      ...{
        running: 1,
        limit: 2,
        peakRunning: 2,
        isBoundHeld: true,
        queued: 1,
        oldestDueAt: 30,
        events: 7,
        gaps: 0,
      },
      ended: { succeeded: 1, failed: 0, cancelled: 0, expired: 0 },
    })
    log.start(c, 70, 'w', 0)
    expect(modelOf(log.events).scene()).toMatchObject({ running: 2, queued: 0, oldestDueAt: undefined })
  })

  it('says so when a worker had more under way than its limit, and when it holds what it does not run', () => {
    const log = new FabricatedLog().worker('w', 1)
    for (const slot of [0, 1]) log.start(log.queued(1), 2, 'w', slot)
    const model = modelOf(log.events)
    model.see({
      v: 1,
      type: 'workers.seen',
      at: 3,
      workers: [presence('w', { held: 3, running: 2 })],
      paused: [],
    })
    expect(model.scene()).toMatchObject({ isBoundHeld: false, peakRunning: 2, heldIdle: 1 })
  })

  it('takes a bounded number of jobs, and counts the others', () => {
    const log = new FabricatedLog().worker('w', 1)
    for (let index = 0; index < 30; index++) {
      const id = log.queued(index)
      log.start(id, index, 'w', 0)
      log.job(id, 'job.succeeded', index, 1, { result: index, ...USAGE })
    }
    for (let index = 0; index < 20; index++) log.queued(100)
    const scene = modelOf(log.events, { mostOpen: 5, mostFinal: 10 }).scene()
    expect(scene.jobs.length).toBe(15)
    expect(scene).toMatchObject({ left: 20, queued: 20, isCut: true, ended: { succeeded: 30 } })
  })

  it('drops a result that is too large to be kept of each job', () => {
    const log = new FabricatedLog().worker('w', 1)
    const id = log.queued(1)
    log.start(id, 2, 'w', 0)
    log.job(id, 'job.succeeded', 3, 1, { result: 'x'.repeat(10_000), ...USAGE })
    const [job] = modelOf(log.events).scene().jobs
    expect([job?.state, job?.result]).toEqual(['succeeded', undefined])
  })

  it('takes a look at jobs where it is ahead of the events, and no step back', () => {
    const log = new FabricatedLog().worker('w', 1)
    const id = log.queued(1)
    const early = modelOf(log.events).scene().jobs
    log.start(id, 2, 'w', 0)
    const late = modelOf(log.events).scene().jobs
    const look = (jobs: readonly JobRecord[]): Observation => {
      const sightings = jobs.map((record) => ({ record, observedAt: 5 }))
      return { v: 1, type: 'jobs.seen', at: 1005, jobs: sightings, isWhole: true }
    }
    expect(modelOf([look(late), ...log.events]).scene()).toMatchObject({ running: 1, gaps: 0, skewMs: 1000 })
    expect(modelOf([...log.events, look(early)]).scene()).toMatchObject({ running: 1 })
    expect(modelOf([...log.events, look([])]).scene()).toMatchObject({ running: 0, jobs: [] })
  })

  it('tells of gaps: those of the stream, and holes within a job', () => {
    const log = new FabricatedLog().worker('w', 1)
    const id = log.queued(1)
    log.start(id, 2, 'w', 0)
    log.job(id, 'job.progress', 3, 1, { progress: 0.5, dropped: 0 })
    const holed = log.events.filter(({ type }) => type !== 'job.started')
    expect(modelOf(holed).scene()).toMatchObject({ gaps: 1, jobs: [{ state: 'running', seq: 3 }] })
    expect(modelOf(log.gap(4).events).scene()).toMatchObject({ gaps: 1, running: 0 })
  })

  it('lists workers by notices and heartbeats, and forgets those that are gone', () => {
    const seen = (at: number, ...names: readonly string[]): Observation => {
      return { v: 1, type: 'workers.seen', at, workers: names.map((name) => presence(name)), paused: ['q'] }
    }
    const log = new FabricatedLog().worker('new', 1, 100_000)
    const model = modelOf([seen(1000, 'a', 'b'), ...log.events, seen(100_500, 'a')])
    expect(model.scene().workers.map(({ worker }) => worker)).toEqual(['a', 'new'])
    expect(model.scene()).toMatchObject({ limit: 3, paused: ['q'] })
    for (const event of new FabricatedLog().gone('a', 101_000).events) model.see(event)
    model.see(seen(120_000))
    expect(model.scene().workers).toMatchObject([{ worker: 'a', state: 'lost' }])
    expect(model.scene().limit).toBe(0)
  })

  it('goes on from what was counted before, and says since when the backend is out of reach', () => {
    const tally = {
      ...{ events: 7, gaps: 1, peakRunning: 4, isBroken: false, left: 3 },
      ended: { succeeded: 2, failed: 1, cancelled: 0, expired: 0 },
    }
    const model = modelOf([{ v: 1, type: 'recording.started', at: 1, backend: 'redis', tally }])
    expect(model.tally()).toEqual(tally)
    model.see({ v: 1, type: 'backend.lost', at: 2, why: 'gone' })
    model.see({ v: 1, type: 'backend.lost', at: 3, why: 'still gone' })
    expect(model.scene().outage).toEqual({ since: 2, why: 'gone' })
    model.see({ v: 1, type: 'backend.found', at: 4 })
    expect(model.scene().outage).toBeUndefined()
  })

  it('leaves final jobs as they are, whatever comes', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { events, record } = kept(history)
        const model = modelOf(events.map((event) => ({ ...event, cursor: '1' })))
        for (const event of events) model.see({ ...event, cursor: '1' })
        const state = record?.state ?? ''
        expect(model.scene().jobs[0]?.state).toBe(state)
        if (isFinal(state)) expect(model.scene().ended[state]).toBe(1)
      }),
    )
  })
})
