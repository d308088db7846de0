/** What a handle says of a job in every situation there is. One body for all backends. */

import type { JobHandle } from '@hotline/core'
import { createJobIdFactory } from '@hotline/core'
import { describe, expect, test, vi } from 'vitest'
import { act, lean, once, patient, timed } from '../handlers/tasks.ts'
import type { CreateStage } from '../stage.ts'
import { Play } from '../stage.ts'
import { untilState } from '../until-state.ts'

async function failureOf(job: JobHandle) {
  return job.result({ timeout: '20s' }).then(
    () => expect.unreachable('it succeeded'),
    (error) => error,
  )
}

export function truthTable(name: string, create: CreateStage): void {
  describe(`the truth table on ${name}`, () => {
    test('an id that never was is unknown', async () => {
      await using play = await Play.begin(create)
      const job = await play.client().handle(act, createJobIdFactory()())
      expect(job).toMatchObject({ state: 'unknown', error: undefined, attempts: [], evidence: { seq: 0 } })
    })

    test('an absent id older than the retention is forgotten', async () => {
      await using play = await Play.begin(create)
      const old = createJobIdFactory({ now: () => Date.now() - 7_200_000 })
      expect(await play.client().handle(act, old())).toMatchObject({
        state: 'forgotten',
        evidence: { seq: 0 },
      })
    })

    test('a job with a delay is scheduled, and trusted until it is due', async () => {
      await using play = await Play.begin(create)
      const { id } = await play.client().enqueue(act, { do: 'return', value: 1 }, { delay: '10m' })
      const job = await play.client().handle(act, id)
      expect(job).toMatchObject({ state: 'scheduled', evidence: { seq: 1, trustedUntil: job.record?.runAt } })
    })

    test('a job without a worker is queued', async () => {
      await using play = await Play.begin(create)
      const { id } = await play.client().enqueue(act, { do: 'return', value: 1 })
      expect(await play.client().handle(act, id)).toMatchObject({ state: 'queued', evidence: { seq: 1 } })
    })

    test('a job in a slot is running, with who runs it and until when that holds', async () => {
      await using play = await Play.begin(create)
      const worker = await play.worker()
      const { id } = await play.client().enqueue(act, { do: 'wait', ms: 60_000 })
      const job = await play.client().handle(act, id)
      await untilState(job, 'running')
      expect(job.evidence).toMatchObject({ worker: worker.id, slot: 0, pid: expect.any(Number) })
      expect(job.evidence.trustedUntil).toBeGreaterThan(job.evidence.observedAt)
    })

    test('a job whose process is killed is run again, and the attempt says how it died', async () => {
      await using play = await Play.begin(create)
      await play.worker()
      const { id } = await play.client().enqueue(act, { do: 'wait', ms: 60_000 })
      const job = await play.client().handle(act, id)
      await untilState(job, 'running')
      process.kill(job.attempts[0]?.pid ?? 0, 'SIGKILL')
      await vi.waitFor(async () => expect((await job.refresh()).attempts).toHaveLength(2), {
        timeout: 20_000,
        interval: 20,
      })
      expect(job.state).toBe('running')
      expect(job.attempts[0]).toMatchObject({ ended: 'lost', code: 'PROCESS_SIGNAL', signal: 'SIGKILL' })
      expect(job.attempts[0]?.error?.message).toContain('SIGKILL')
    })

    test.each(['fill-heap', 'fill-buffers'] as const)(
      'a job above its memory (%s) says so, with its peak',
      async (how) => {
        await using play = await Play.begin(create)
        await play.worker()
        const { id } = await play.client().enqueue(lean, { do: how })
        const job = await play.client().handle(lean, id)
        const error = await failureOf(job)
        expect(error).toMatchObject({ code: 'JOB_POISONED', cause: { cause: { code: 'MEMORY_LIMIT' } } })
        expect(job).toMatchObject({
          state: 'failed',
          attempts: [{ ended: 'lost', code: 'MEMORY_LIMIT', peakRss: expect.any(Number) }],
        })
        expect(job.attempts[0]?.error?.message).toMatch(/160 MiB/)
      },
    )

    test('a spinning handler is stopped at its timeout', async () => {
      await using play = await Play.begin(create)
      await play.worker()
      const { id } = await play.client().enqueue(timed, { do: 'spin' })
      const job = await play.client().handle(timed, id)
      expect(await failureOf(job)).toMatchObject({
        code: 'TIMEOUT',
        message: expect.stringMatching(/300 ms.*SIGTERM/s),
      })
      expect(job).toMatchObject({ state: 'failed', attempts: [{ ended: 'failed', code: 'TIMEOUT' }] })
    })

    test('a thrown error arrives whole, of each attempt, with where the job was enqueued', async () => {
      await using play = await Play.begin(create)
      await play.worker()
      const { id } = await play.client().enqueue(act, { do: 'throw', failures: 9 })
      const job = await play.client().handle(act, id)
      const error = await failureOf(job)
      expect(error).toMatchObject({
        name: 'JobError',
        code: 'HANDLER_ERROR',
        attempt: 2,
        cause: {
          name: 'OrderError',
          message: 'no luck at attempt 2',
          code: 'E_ORDER',
          order: 17,
          stack: expect.stringContaining('handlers/acts.ts'),
          cause: {
            name: 'TypeError',
            message: 'the deeper reason',
            stack: expect.stringContaining('acts.ts'),
          },
        },
      })
      expect(error.stack).toMatch(/Enqueued:\n.*truth-table.ts/)
      expect(job.state).toBe('failed')
      expect(job.attempts.map((attempt) => attempt.error?.cause)).toMatchObject([
        { message: 'no luck at attempt 1', cause: { message: 'the deeper reason' } },
        { message: 'no luck at attempt 2', cause: { message: 'the deeper reason' } },
      ])
    })

    test('a job between two attempts is retrying, with its error so far', async () => {
      await using play = await Play.begin(create)
      await play.worker()
      const { id } = await play.client().enqueue(patient, { do: 'throw', failures: 1 })
      const job = await play.client().handle(patient, id)
      await untilState(job, 'retrying')
      expect(job).toMatchObject({
        error: { code: 'HANDLER_ERROR', attempt: 1 },
        attempts: [{ ended: 'failed' }],
      })
      expect(job.record?.runAt).toBeGreaterThan(job.evidence.observedAt)
    })

    test('a job that is cancelled before it starts never starts', async () => {
      await using play = await Play.begin(create)
      const { id } = await play.client().enqueue(act, { do: 'return', value: 1 })
      const job = await play.client().handle(act, id)
      expect(await job.cancel({ reason: 'user left' })).toMatchObject({
        means: 'before-start',
        state: 'cancelled',
      })
      await play.worker()
      const next = await play.client().enqueue(act, { do: 'return', value: 2 })
      expect(await next.result({ timeout: '20s' })).toBe(2)
      expect(await job.refresh()).toMatchObject({ state: 'cancelled', attempts: [] })
      expect(await failureOf(job)).toMatchObject({
        code: 'JOB_CANCELLED',
        message: expect.stringContaining('user left'),
      })
    })

    test.each([
      [{ do: 'spin' }, 'SIGTERM'],
      [{ do: 'spin', ignoreSigterm: true }, 'SIGKILL'],
      [{ do: 'wait', ms: 60_000 }, 'handler'],
    ] as const)('a job that is cancelled while it runs (%o) has a receipt: %s', async (script, means) => {
      await using play = await Play.begin(create)
      const worker = await play.worker(means === 'handler' ? { stopLadder: { abort: '20s' } } : {})
      const { id } = await play.client().enqueue(act, script)
      const job = await play.client().handle(act, id)
      await untilState(job, 'running')
      const pid = job.attempts[0]?.pid ?? 0
      expect(await job.cancel({ reason: 'user left' })).toMatchObject({
        means,
        state: 'cancelled',
        worker: worker.id,
        pid,
        reason: 'user left',
      })
      expect(job).toMatchObject({ state: 'cancelled', attempts: [{ ended: 'cancelled' }] })
      if (means !== 'handler') expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    })

    test('a job that nobody starts in time is expired', async () => {
      await using play = await Play.begin(create)
      const { id } = await play.client().enqueue(act, { do: 'return', value: 1 }, { expires: 100 })
      const job = await play.client().handle(act, id)
      await untilState(job, 'expired')
      expect(await failureOf(job)).toMatchObject({ code: 'JOB_EXPIRED' })
      expect(job.attempts).toEqual([])
    })

    test('a job that succeeded says so for ever, with its output and what it used', async () => {
      await using play = await Play.begin(create)
      const worker = await play.worker()
      const { id } = await play.client().enqueue(once, { do: 'return', value: { π: [3.14, null] } })
      const job = await play.client().handle(once, id)
      expect(await job.result({ timeout: '20s' })).toEqual({ π: [3.14, null] })
      expect(job).toMatchObject({
        state: 'succeeded',
        error: undefined,
        evidence: { trustedUntil: 'forever', worker: worker.id },
        attempts: [
          {
            attempt: 1,
            ended: 'succeeded',
            runMs: expect.any(Number),
            cpuMs: expect.any(Number),
            peakRss: expect.any(Number),
          },
        ],
      })
    })
  })
}
