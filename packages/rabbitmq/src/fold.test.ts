import type { JobId } from '@hotline/core'
import { createJobId } from '@hotline/core'
import { describe, expect, test } from 'vitest'
import { Fold } from './fold.ts'

const LIMITS = { attempts: 3, crashLimit: 3, retentionMs: 60_000 }
const BACKOFF = { initialMs: 1, factor: 2, maxMs: 10, jitter: 0 }
const AT = Date.now()

/** A log as a broker would have it. */
class Log {
  readonly texts: string[] = []
  readonly #counts = new Map<string, number>()

  offer(offer: object, by = 'a', at = AT): this {
    const n = this.#counts.get(by) ?? 0
    this.#counts.set(by, n + 1)
    this.texts.push(JSON.stringify({ v: 1, by, n, at, offer }))
    return this
  }

  queued(jobId: JobId, more: object = {}): this {
    const facts = { task: 't', queue: 'q', bytes: 1, digest: 'd', priority: 'normal', tags: [], delayMs: 0 }
    const event = { type: 'job.queued', jobId, attempt: 0, ...facts, ...more }
    return this.offer({
      kind: 'events',
      events: [{ ...event, limits: { ...LIMITS, backoff: BACKOFF } }],
      input: '1',
    })
  }

  started(jobId: JobId, attempt: number, by = 'a', more: object = {}): this {
    const event = { type: 'job.started', jobId, attempt, worker: by, slot: 0, pid: 1 }
    return this.offer({ kind: 'events', events: [event], ...more }, by)
  }

  lost(jobId: JobId, attempt: number, mark: number): this {
    const error = { name: 'E', message: 'm' }
    const event = {
      type: 'job.lost',
      jobId,
      attempt,
      reason: 'lease',
      code: 'LEASE_LAPSED',
      error,
      requeued: true,
    }
    return this.offer({ kind: 'events', events: [event], mark }, 'sweeper')
  }

  get fold(): Fold {
    const fold = new Fold()
    for (const [offset, text] of this.texts.entries()) fold.apply({ offset, text })
    return fold
  }
}

const id = createJobId()

describe('the fold', () => {
  test('gives a job to the first that claims it', () => {
    const { fold } = new Log().queued(id).started(id, 1, 'a').started(id, 1, 'b')
    expect(fold.find(id, AT)?.record.attempts).toMatchObject([{ worker: 'a' }])
  })

  test('takes once what was sent twice, in any number of copies', () => {
    const progress = { type: 'job.progress', jobId: id, attempt: 1, progress: 0.5, dropped: 0 }
    const log = new Log()
      .queued(id)
      .started(id, 1)
      .offer({ kind: 'events', events: [progress] })
    log.texts.push(...log.texts, ...log.texts)
    expect(log.fold.find(id, AT)?.record.seq).toBe(3)
    expect(log.fold.dead).toEqual([])
  })

  test('starts nothing of a paused queue, and goes on with what runs', () => {
    const pause = { kind: 'switch', queue: 'q', paused: true }
    const { fold } = new Log().queued(id).offer(pause).started(id, 1, 'a', { claim: true })
    expect(fold.find(id, AT)?.record.state).toBe('queued')
  })

  test('refuses to take a lease that was extended since', () => {
    const extended = new Log()
      .queued(id)
      .started(id, 1)
      .offer({ kind: 'pulse', leases: [[id, 1]] })
    expect(extended.lost(id, 1, 1).fold.find(id, AT)?.record.state).toBe('running')
    expect(new Log().queued(id).started(id, 1).lost(id, 1, 1).fold.find(id, AT)?.record.state).toBe('queued')
  })

  test('extends no lease of an attempt that is over', () => {
    const log = new Log().queued(id).started(id, 1).lost(id, 1, 1).started(id, 2, 'b')
    const before = log.fold.find(id, AT)?.mark
    expect(log.offer({ kind: 'pulse', leases: [[id, 1]] }).fold.find(id, AT)?.mark).toBe(before)
  })

  test('has one job per key of a task, until that is forgotten', () => {
    const [other, third] = [createJobId(), createJobId()]
    const log = new Log().queued(id, { key: 'k' }).queued(other, { key: 'k' })
    expect([...log.fold.jobs.keys()]).toEqual([id])
    const receipt = { means: 'before-start', tookMs: 0 }
    log.offer({ kind: 'events', events: [{ type: 'job.cancelled', jobId: id, attempt: 0, receipt }] })
    log.queued(third, { key: 'k' })
    expect([...log.fold.jobs.keys()]).toEqual([id])
  })

  test('sets aside what nobody can read, with the reason', () => {
    const log = new Log().queued(id)
    log.texts.push(
      '{',
      '{"v":2}',
      'null',
      JSON.stringify({ v: 1, by: 'x', n: 0, at: AT, offer: { kind: 'x' } }),
    )
    expect(log.fold.dead.map(({ reason }) => reason)).toHaveLength(4)
    expect(log.fold.jobs.size).toBe(1)
  })
})
