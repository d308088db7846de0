import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JobEvent, JobEventType } from './event.ts'
import { accept, after } from './folded-events.fixture.ts'
import { histories, JOB_ID, propose, queued, TYPES } from './proposed-events.fixture.ts'
import type { JobRecord } from './record.ts'
import { FINAL_STATES, isFinal } from './record.ts'
import { reduce, reduceAll } from './reducer.ts'
import { transitions } from './transitions.ts'

const founding = queued({ expiresInMs: 1_000_000 })

/** Plays a history; attempts are given relative to the record, so that many events hit the open attempt. */
function play(history: readonly { type: JobEventType; attempt: number }[]) {
  const events: JobEvent[] = []
  const records: JobRecord[] = []
  let record = accept(undefined, [founding], 0, events)
  records.push(record)
  for (const [index, { type, attempt }] of history.entries()) {
    const own = type === 'job.started' ? record.attempt + 1 : record.attempt
    const event = propose(type, attempt === 0 ? Math.max(0, own - 1) : own)
    const verdict = reduceAll(record, [event], index + 1)
    if (verdict.record !== undefined) record = verdict.record
    events.push(...verdict.events)
    records.push(record)
  }
  return { events, records }
}

describe('no sequence of events', () => {
  test('leaves a final state', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { records } = play(history)
        const first = records.findIndex(({ state }) => isFinal(state))
        if (first < 0) return
        const final = records[first]
        for (const later of records.slice(first)) {
          expect(later.state).toBe(final?.state)
          expect(later.result).toEqual(final?.result)
          expect(later.finishedAt).toBe(final?.finishedAt)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('makes a hole in seq, or a record that is not at its last event', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { events, records } = play(history)
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
        expect(records.at(-1)?.seq).toBe(events.length)
      }),
      { numRuns: 2000 },
    )
  })

  test('lets anyone but the holder of the open attempt speak for it', () => {
    fc.assert(
      fc.property(histories, (history) => {
        let open = 0
        const { events } = play(history)
        for (const { type, attempt } of events) {
          if (type === 'job.started') expect(attempt).toBe(++open)
          const speaksForHolder = [
            'job.progress',
            'job.logged',
            'job.succeeded',
            'job.retrying',
            'job.lost',
            'job.released',
          ]
          if (speaksForHolder.includes(type)) expect(attempt).toBe(open)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('takes a way that the table does not show', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { events, records } = play(history)
        const changes = records.flatMap((record, index) => {
          const previous = records[index - 1]
          return previous === undefined || previous.seq === record.seq ? [] : [{ previous, record }]
        })
        for (const { previous, record } of changes) {
          const type = events[record.seq - 1]?.type ?? 'job.queued'
          if (type === 'job.queued') throw new Error('founded twice')
          const row = transitions[type]
          expect(row.from).toContain(previous.state)
          if (row.to === 'same') expect(record.state).toBe(previous.state)
          else expect(row.to).toContain(record.state)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a job', () => {
  test('is founded once', () => {
    const record = after()
    expect(record).toMatchObject({ state: 'queued', seq: 1, attempt: 0, queuedAt: 0, runAt: 0 })
    expect(reduce(record, queued(), 1)).toMatchObject({ accepted: false, why: 'already-exists' })
  })

  test('with a delay is scheduled, by the clock of the log', () => {
    const record = accept(undefined, [queued({ delayMs: 500, expiresInMs: 900 })], 1000)
    expect(record).toMatchObject({ state: 'scheduled', runAt: 1500, expiresAt: 1900 })
  })

  test('that does not exist takes no event', () => {
    for (const type of TYPES.filter((known) => known !== 'job.queued')) {
      expect(reduce(undefined, propose(type, 1), 1)).toMatchObject({
        accepted: false,
        why: 'no-such-job',
        events: [],
      })
    }
  })

  test('opens its attempts one after the other', () => {
    const record = after('job.started')
    expect(record).toMatchObject({
      state: 'running',
      attempt: 1,
      attempts: [{ attempt: 1, worker: 'w1', pid: 11 }],
    })
    expect(reduce(record, propose('job.started', 2), 1)).toMatchObject({
      accepted: false,
      why: 'wrong-state',
    })
    expect(reduce(after(), propose('job.started', 2), 1)).toMatchObject({ accepted: false, why: 'fenced' })
  })

  test('counts errors and crashes apart, and a release as neither', () => {
    const record = after(
      'job.started',
      'job.retrying',
      'job.started',
      'job.lost',
      'job.started',
      'job.released',
    )
    expect(record).toMatchObject({ attempt: 3, failures: 1, crashes: 1, state: 'queued' })
    expect(record.attempts.map(({ ended }) => ended)).toEqual(['failed', 'lost', 'released'])
  })

  test('waits after a failure for as long as its holder says, from the moment that the log took it', () => {
    const record = accept(after('job.started'), [propose('job.retrying', 1)], 5000)
    expect(record).toMatchObject({ state: 'retrying', runAt: 5100 })
  })

  test('says how long it waited, from when it was due', () => {
    const record = accept(accept(undefined, [queued({ delayMs: 100 })], 0), [propose('job.started', 1)], 150)
    expect(record.attempts[0]?.waitMs).toBe(50)
  })

  test('expires only if nobody ever started it, and only when its time is up', () => {
    const waiting = accept(undefined, [queued({ expiresInMs: 100 })], 0)
    expect(reduce(waiting, propose('job.expired', 0), 99).accepted).toBe(false)
    expect(reduce(waiting, propose('job.expired', 0), 100)).toMatchObject({
      accepted: true,
      record: { state: 'expired' },
    })
    const started = accept(accept(waiting, [propose('job.started', 1)], 50), [propose('job.released', 1)], 60)
    expect(reduce(started, propose('job.expired', 1), 200).accepted).toBe(false)
  })
})

describe('a job that is to stop', () => {
  const stopping = after('job.started', 'job.cancelling')

  test('may end in any way', () => {
    for (const type of ['job.succeeded', 'job.failed', 'job.cancelled'] as const) {
      expect(reduce(stopping, propose(type, 1), 9).accepted).toBe(true)
    }
  })

  test('may not go on', () => {
    for (const type of ['job.retrying', 'job.lost', 'job.released'] as const) {
      expect(reduce(stopping, propose(type, 1), 9)).toMatchObject({ accepted: false, why: 'cancelling' })
    }
  })

  test('is asked once, and cancelled only if it was asked', () => {
    expect(reduce(stopping, propose('job.cancelling', 1), 9).accepted).toBe(false)
    expect(reduce(after('job.started'), propose('job.cancelled', 1), 9)).toMatchObject({
      accepted: false,
      why: 'wrong-state',
    })
  })

  test('ends at once while it waits, unless it has been started since', () => {
    expect(reduce(after(), propose('job.cancelled', 0), 9).accepted).toBe(true)
    expect(reduce(after('job.started', 'job.retrying'), propose('job.cancelled', 0), 9)).toMatchObject({
      why: 'fenced',
    })
  })
})

describe('a batch', () => {
  test('stands or falls together', () => {
    const record = after('job.started')
    const verdict = reduceAll(record, [propose('job.progress', 1), propose('job.progress', 2)], 9)
    expect(verdict).toMatchObject({ accepted: false, why: 'fenced', record, events: [] })
  })

  test('of a loss and a failure poisons only a job that crashed too often', () => {
    const twice = after('job.started', 'job.lost', 'job.started', 'job.lost', 'job.started')
    const poison = [propose('job.lost', 3), propose('job.failed', 3)]
    expect(accept(twice, poison, 9)).toMatchObject({ state: 'failed', crashes: 3 })
    const once = after('job.started', 'job.lost', 'job.started')
    expect(reduceAll(once, [propose('job.lost', 2), propose('job.failed', 2)], 9)).toMatchObject({
      accepted: false,
    })
  })
})

test('the table of docs/states.md is the table of the reducer', () => {
  const page = readFileSync(new URL('../../../../docs/states.md', import.meta.url), 'utf8')
  for (const [type, { from, to }] of Object.entries(transitions)) {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${type}\` |`))
    const shown = {
      from: from.length === 8 ? 'any' : from.join(' '),
      to: to === 'same' ? 'the same' : to.join(' '),
    }
    expect(row, `a row for ${type}`).toContain(`| ${shown.from} | ${shown.to} |`)
  }
  for (const state of FINAL_STATES) expect(page).toContain(`\`${state}\``)
  expect(JOB_ID).toMatch(/^019a/)
})
