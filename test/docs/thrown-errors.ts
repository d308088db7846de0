/** Every code of hotline's errors with a way to come by it: the examples of docs/errors.md, made by the real code. */

import type {
  CallErrorCode,
  HotlineError,
  Implementation,
  JobErrorCode,
  JobHandle,
  Lease,
  ProposedEvent,
  TaskTypes,
  UsageErrorCode,
} from '@hotline/core'
import {
  afterRelease,
  BackpressureError,
  createClient,
  createJobIdFactory,
  defineTask,
  implement,
  memory,
  SupervisorError,
  TransportError,
  WaitTimeoutError,
} from '@hotline/core'
import { FakeClock, runHandler } from '@hotline/core/testing'
import { createWorker } from '@hotline/worker'
import { z } from 'zod'
import { InlineRunner } from '../../packages/worker/src/inline-runner.ts'
import type { AttemptFacts } from '../../packages/worker/src/outcome.ts'
import { outcomeOf } from '../../packages/worker/src/outcome.ts'

const payloads = {
  input: z.object({ steps: z.number() }),
  output: z.object({ area: z.number() }),
  progress: z.object({ done: z.number() }),
}
const limits = { attempts: 1, timeout: '30s', memory: '1 GiB' } as const
const integrate = defineTask('integrate', { ...payloads, ...limits })
/** The same task as somebody sees it who checks nothing. */
const careless = defineTask('integrate', limits)

/** A client, and the backend under it with a clock that stands still. */
function setUp() {
  const clock = new FakeClock()
  const transport = memory({ clock, maxPayload: '1 KiB' })
  return { clock, transport, client: createClient({ transport }) }
}
type SetUp = ReturnType<typeof setUp>

async function caught(promise: Promise<unknown>): Promise<HotlineError> {
  return promise.then(
    () => Promise.reject(new Error('nothing was thrown')),
    (error) => error,
  )
}

const steps = { steps: 10 }

export const usageErrors: Readonly<Record<UsageErrorCode, () => Promise<HotlineError>>> = {
  // @ts-expect-error an unknown option
  INVALID_OPTION: () => caught((async () => defineTask('integrate', { timout: '2h' }))()),
  // @ts-expect-error a wrong input
  INVALID_INPUT: () => caught(setUp().client.enqueue(integrate, { steps: 'ten' })),
  INVALID_OUTPUT: () =>
    caught(
      runHandler(
        implement(integrate, () => JSON.parse('{}')),
        steps,
      ),
    ),
  INVALID_PROGRESS: () => {
    const handler = implement(integrate, (_input, ctx) => {
      ctx.progress(JSON.parse('{"done":"half"}'))
      return { area: 1 }
    })
    return caught(runHandler(handler, steps))
  },
  NOT_SERIALIZABLE: () => caught(setUp().client.enqueue(careless, { when: new Date() })),
  PAYLOAD_TOO_LARGE: () => caught(setUp().client.enqueue(careless, 'x'.repeat(2000))),
  HANDLERS_INVALID: async () => {
    const { transport } = setUp()
    const handlers = [implement(integrate, () => ({ area: 1 }))]
    const worker = createWorker({
      transport,
      handlers,
      isolation: 'inline',
      tasks: [defineTask('image.resize')],
    })
    return caught(worker.start())
  },
}

export const jobErrors: Readonly<Record<JobErrorCode, () => Promise<HotlineError>>> = {
  HANDLER_ERROR: () =>
    ran(
      implement(integrate, () => {
        throw new RangeError('the curve has a pole at 3')
      }),
      steps,
    ),
  TIMEOUT: () => ended({ kind: 'exited', signal: 'SIGTERM', stderr: '' }, { stop: TIMEOUT, runMs: 32_000 }),
  MEMORY_LIMIT: () => ended(KILLED, { isOverMemory: true }),
  PROCESS_EXIT: () => ended({ kind: 'exited', exitCode: 3, stderr: '' }),
  PROCESS_SIGNAL: () => ended(KILLED),
  LEASE_LAPSED: async () => {
    const scene = setUp()
    const { job } = await begin(scene)
    await scene.clock.advance(30_001)
    return errorOf(await job.refresh())
  },
  JOB_POISONED: async () => {
    const scene = setUp()
    const { job } = await begin(scene)
    await scene.clock.advance(30_001)
    for (let crash = 2; crash <= 3; crash++) {
      await take(scene)
      await scene.clock.advance(30_001)
    }
    return caught(job.result())
  },
  INVALID_INPUT: () =>
    ran(
      implement(integrate, () => ({ area: 1 })),
      { steps: 'ten' },
    ),
  INVALID_OUTPUT: () =>
    ran(
      implement(careless, () => ({ area: Number.NaN })),
      steps,
    ),
  UNKNOWN_TASK: async () => {
    const scene = setUp()
    const { job, lease } = await begin(scene)
    for (let holder: Lease | undefined = lease; holder !== undefined; holder = await next(scene, job))
      await settle(holder, afterRelease(holder.job, 'unknown-task'))
    return caught(job.result())
  },
  JOB_CANCELLED: async () => {
    const { client } = setUp()
    const job = await client.enqueue(integrate, steps)
    await job.cancel({ reason: 'the user left' })
    return caught(job.result())
  },
  JOB_EXPIRED: async () => {
    const { client, clock } = setUp()
    const job = await client.enqueue(integrate, steps, { expires: '1h' })
    await clock.advance(3_600_000)
    return caught(job.result())
  },
  JOB_UNKNOWN: async () => caught((await setUp().client.handle(createJobIdFactory()())).result()),
  JOB_FORGOTTEN: async () => {
    const old = createJobIdFactory({ now: () => Date.now() - 8 * 86_400_000 })
    return caught((await setUp().client.handle(old())).result())
  },
}

export const callErrors: Readonly<Record<CallErrorCode, () => Promise<HotlineError>>> = {
  RESULT_TIMEOUT: async () =>
    new WaitTimeoutError('RESULT_TIMEOUT', {
      jobId: createJobIdFactory()(),
      state: 'running',
      waitedMs: 60_000,
    }),
  CANCEL_TIMEOUT: async () =>
    new WaitTimeoutError('CANCEL_TIMEOUT', {
      jobId: createJobIdFactory()(),
      state: 'running',
      waitedMs: 90_000,
    }),
  KEY_CONFLICT: async () => {
    const { client } = setUp()
    await client.enqueue(integrate, { steps: 10 }, { key: 'order-17' })
    return caught(client.enqueue(integrate, { steps: 20 }, { key: 'order-17' }))
  },
  BULK_INCOMPLETE: () => {
    const items = [1, 2, Number.NaN].map((count) => ({ input: { steps: count } }))
    return caught(setUp().client.enqueueMany(integrate, items))
  },
  CLOSED: async () => {
    const { client } = setUp()
    await client.close()
    return caught(client.enqueue(integrate, steps))
  },
  LEASE_LOST: async () => {
    const scene = setUp()
    const { lease } = await begin(scene)
    await scene.clock.advance(30_001)
    return caught(lease.extend())
  },
  TRANSPORT: async () =>
    new TransportError({
      transport: 'redis',
      problem: 'no connection to cache.example:6379',
      cure: 'It is tried again; see the cause.',
      cause: new Error('connect ECONNREFUSED'),
    }),
  BACKPRESSURE: async () =>
    new BackpressureError({
      transport: 'redis',
      problem: 'the server has no memory left and takes no writes',
      cure: 'Make room, then enqueue again.',
      cause: new Error('OOM command not allowed'),
    }),
  SUPERVISOR_LOST: async () =>
    new SupervisorError({ worker: 'worker-1', exitCode: 1, cause: new Error('the driver broke') }),
}

type Ending = AttemptFacts['ending']
const KILLED: Ending = { kind: 'exited', signal: 'SIGKILL', stderr: '' }
const TIMEOUT = { reason: 'timeout', tookMs: 2000, rung: 'SIGTERM' } as const
const RSS = 1.25 * 1024 ** 3

/** The error of a job whose attempt ended in this way. */
async function ended(
  ending: Ending,
  facts: { stop?: typeof TIMEOUT; runMs?: number; isOverMemory?: boolean } = {},
): Promise<HotlineError> {
  const { stop, runMs = 1200, isOverMemory = false } = facts
  const { job, lease } = await begin(setUp())
  const usage = { runMs, peakRss: RSS, lastRss: RSS, memoryBytes: 1024 ** 3, isOverMemory }
  await settle(lease, outcomeOf(lease.job, { ending, stop, usage, maxBytes: 1024, isDrained: false }))
  return errorOf(await job.refresh())
}

/** The error of a job that this handler ran, whose producer checked nothing. */
async function ran<T extends TaskTypes>(handler: Implementation<T>, input: unknown): Promise<HotlineError> {
  const { job, lease } = await begin(setUp(), input)
  const { id: jobId, task, queue, tags, attempt } = lease.job
  const runner = new InlineRunner(new Map([[task, handler]]))
  const assignment = { jobId, task, queue, tags, attempt, input: lease.input, maxBytes: 1024 }
  const ending = await runner.run(assignment, { progress: () => {}, log: () => {} })
  const usage = { runMs: 5, isOverMemory: false }
  await settle(
    lease,
    outcomeOf(lease.job, { ending, stop: undefined, usage, maxBytes: 1024, isDrained: false }),
  )
  return caught(job.result())
}

async function begin(scene: SetUp, input: unknown = steps): Promise<{ job: JobHandle; lease: Lease }> {
  const job = await scene.client.enqueue(careless, input)
  return { job, lease: await take(scene) }
}

async function take({ transport }: SetUp): Promise<Lease> {
  const holder = { worker: 'worker-1', slot: 0, pid: 4711 }
  const lease = await transport.queue.reserve(['default'], { holder, signal: AbortSignal.timeout(5000) })
  if (lease === undefined) throw new Error('No job came.')
  return lease
}

/** The next attempt, once its wait is over; nothing if there is none. */
async function next(scene: SetUp, job: JobHandle): Promise<Lease | undefined> {
  await scene.clock.advance(120_000)
  await job.refresh()
  return job.state === 'failed' ? undefined : take(scene)
}

async function settle(lease: Lease, outcome: readonly ProposedEvent[]): Promise<void> {
  const settled = await lease.settle(outcome)
  if (!settled.accepted) throw new Error(`The outcome was refused: ${settled.why}`)
}

function errorOf(job: JobHandle): HotlineError {
  if (job.error === undefined) throw new Error(`Job ${job.id} is ${job.state} and has no error.`)
  return job.error
}
