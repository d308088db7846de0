import type { JobRecord, Lease, Transport } from '@hotline/core'
import { createClient, LeaseLostError, memory, silentLogger, TransportError } from '@hotline/core'
import { expect, test, vi } from 'vitest'
import { isAlive, rig, until } from './fixtures/rig.ts'
import { double, endless, nap } from './fixtures/tasks.ts'
import { LeaseKeeper } from './lease-keeper.ts'

const outage = new TransportError({ transport: 'memory', problem: 'out of reach', cure: 'Wait.' })

/** A lease of a job that exists, whose `extend` does as told. */
async function leaseThat(extend: (job: JobRecord) => Promise<JobRecord>): Promise<Lease> {
  const transport = memory()
  await using client = createClient({ transport })
  await client.enqueue(double, 1)
  const holder = { worker: 'w', slot: 0, pid: 1 }
  const lease = await transport.queue.reserve(['default'], { holder, signal: new AbortController().signal })
  if (lease === undefined) throw new Error('no lease')
  const { job, input, lost } = lease
  return { job, input, lost, settle: (outcome) => lease.settle(outcome), extend: () => extend(job) }
}

test('a lease is extended at a third of its length, and the record that comes back is handed on', async () => {
  let extensions = 0
  const lease = await leaseThat(async (job) => {
    extensions += 1
    return job
  })
  const keeper = new LeaseKeeper(300, silentLogger)
  const watcher = { onRecord: vi.fn(), onLost: vi.fn() }
  keeper.start()
  const hold = keeper.hold(lease, watcher)
  await until(() => extensions >= 6, 'six extensions')
  expect(keeper.held).toBe(1)
  keeper.release(hold)
  keeper.stop()
  expect(watcher.onRecord).toHaveBeenCalledWith(lease.job)
  expect(watcher.onLost).not.toHaveBeenCalled()
})

test('a backend out of reach is asked again, and only past the deadline the lease counts as lost', async () => {
  let tries = 0
  const lease = await leaseThat(async () => {
    tries += 1
    throw outage
  })
  const keeper = new LeaseKeeper(600, silentLogger)
  const watcher = { onRecord: vi.fn(), onLost: vi.fn() }
  keeper.start()
  const from = performance.now()
  keeper.hold(lease, watcher)
  await until(() => watcher.onLost.mock.calls.length > 0, 'the self-fence')
  expect(performance.now() - from).toBeGreaterThanOrEqual(530)
  expect(tries).toBeGreaterThan(2)
  expect(watcher.onLost).toHaveBeenCalledTimes(1)
  expect(watcher.onLost.mock.calls[0]?.[0]).toMatch(/could not be extended for \d+ ms of its 600 ms/)
  expect(keeper.held).toBe(0)
  keeper.stop()
})

test('an extension that never answers does not put off the deadline', async () => {
  const lease = await leaseThat(() => new Promise(() => {}))
  const keeper = new LeaseKeeper(300, silentLogger)
  const watcher = { onRecord: vi.fn(), onLost: vi.fn() }
  keeper.start()
  keeper.hold(lease, watcher)
  await until(() => watcher.onLost.mock.calls.length > 0, 'the self-fence')
  keeper.stop()
})

test('a lease that went to somebody else is lost at once', async () => {
  const lease = await leaseThat(async ({ id: jobId }) => {
    throw new LeaseLostError({ jobId, attempt: 1, problem: 'it is somebody else’s' })
  })
  const keeper = new LeaseKeeper(3000, silentLogger)
  const watcher = { onRecord: vi.fn(), onLost: vi.fn() }
  expect(await keeper.extend(keeper.hold(lease, watcher))).toBe(false)
  expect(watcher.onLost).toHaveBeenCalledTimes(1)
})

/** Keeps this process from doing anything, as a busy loop or a suspended machine would. */
function freeze(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

test('after a freeze the backend is asked once more before the lease counts as lost', async () => {
  const lease = await leaseThat(async (job) => job)
  const keeper = new LeaseKeeper(300, silentLogger)
  const watcher = { onRecord: vi.fn(), onLost: vi.fn() }
  keeper.start()
  const hold = keeper.hold(lease, watcher)
  for (let times = 1; times <= 2; times++) {
    const { grantedAt } = hold
    freeze(700)
    await until(() => hold.grantedAt > grantedAt, 'an extension')
  }
  expect(keeper.held).toBe(1)
  expect(watcher.onLost).not.toHaveBeenCalled()
  keeper.stop()
})

test('after a freeze a lease that went to somebody else is lost at once', async () => {
  const lease = await leaseThat(async ({ id: jobId }) => {
    throw new LeaseLostError({ jobId, attempt: 1, problem: 'it is somebody else’s' })
  })
  const keeper = new LeaseKeeper(3000, silentLogger)
  const watcher = { onRecord: vi.fn(), onLost: vi.fn() }
  keeper.start()
  keeper.hold(lease, watcher)
  freeze(3100)
  await until(() => watcher.onLost.mock.calls.length > 0, 'the loss')
  expect(watcher.onLost.mock.calls[0]?.[0]).toMatch(/somebody else/)
  keeper.stop()
})

test.each([
  ['never answers', () => new Promise<JobRecord>(() => {})],
  ['answers with an outage', () => Promise.reject(outage)],
])('after a freeze a backend that %s has a tenth of a lease, once', async (_how, extend) => {
  let tries = 0
  const lease = await leaseThat(() => {
    tries += 1
    return extend()
  })
  const keeper = new LeaseKeeper(600, silentLogger)
  const watcher = { onRecord: vi.fn(), onLost: vi.fn() }
  keeper.start()
  keeper.hold(lease, watcher)
  freeze(700)
  const thawedAt = performance.now()
  await until(() => tries > 0, 'the last try')
  expect(watcher.onLost).not.toHaveBeenCalled()
  // Frozen again within the reprieve: there is no second one.
  const before = tries
  freeze(300)
  await until(() => watcher.onLost.mock.calls.length > 0, 'the self-fence')
  expect(watcher.onLost.mock.calls[0]?.[0]).toMatch(/could not be extended for \d+ ms of its 600 ms/)
  expect(performance.now() - thawedAt).toBeGreaterThanOrEqual(60)
  expect(tries).toBe(before)
  expect(keeper.held).toBe(0)
  keeper.stop()
})

/** A transport whose leases can be cut off from the backend. */
/** `refused` = outcomes that could not be delivered. */
function severable(transport: Transport): Transport & { cut: boolean; refused: number } {
  const { queue } = transport
  const severed = {
    cut: false,
    refused: 0,
    name: transport.name,
    limits: transport.limits,
    log: transport.log,
    control: transport.control,
    open: () => transport.open(),
    close: () => transport.close(),
    [Symbol.asyncDispose]: () => transport.close(),
    queue: {
      enqueue: queue.enqueue.bind(queue),
      pause: queue.pause.bind(queue),
      resume: queue.resume.bind(queue),
      paused: queue.paused.bind(queue),
      reserve: async (...args: Parameters<typeof queue.reserve>) => {
        if (severed.cut) throw outage
        const lease = await queue.reserve(...args)
        if (lease === undefined) return undefined
        const guarded = <T>(call: () => Promise<T>): Promise<T> =>
          severed.cut ? Promise.reject(outage) : call()
        return {
          job: lease.job,
          input: lease.input,
          // Cut off, nobody tells the holder anything.
          lost: new AbortController().signal,
          extend: () => guarded(() => lease.extend()),
          settle: (outcome: Parameters<Lease['settle']>[0]) => {
            if (severed.cut) severed.refused += 1
            return guarded(() => lease.settle(outcome))
          },
        }
      },
    },
  }
  return severed
}

test('jobs in memory outlive a freeze of their process for two leases', async () => {
  await using made = await rig({ lease: '1s' })
  const job = await made.client.enqueue(nap, { ms: 3500 })
  await made.when('job.started')
  freeze(2200)
  expect(await job.result({ timeout: '15s' })).toBe('rested')
  expect(job.attempts).toHaveLength(1)
})

test('cut off for a whole lease, a worker kills its process rather than risk two', async () => {
  const transport = severable(memory({ lease: '600ms' }))
  await using made = await rig({ transport })
  const job = await made.client.enqueue(endless, {})
  const { pid } = await made.when('job.started')
  transport.cut = true
  await until(() => !isAlive(pid), 'the end of the child')
  expect(await made.when('job.lost')).toMatchObject({ reason: 'lease', requeued: true })
  transport.cut = false
  expect((await made.when('job.started', 2)).attempt).toBe(2)
  expect((await made.when('slot.recycled')).reason).toBe('lease')
  await job.cancel({ timeout: '10s' })
})

test('cut off for less than a lease, the job goes on in its first attempt', async () => {
  const transport = severable(memory({ lease: '3s' }))
  await using made = await rig({ transport })
  const job = await made.client.enqueue(nap, { ms: 4000 })
  await made.when('job.started')
  transport.cut = true
  setTimeout(() => {
    transport.cut = false
  }, 1500)
  expect(await job.result({ timeout: '15s' })).toBe('rested')
  expect(job.attempts).toHaveLength(1)
})

test('an outcome that cannot be delivered is delivered when the backend is back', async () => {
  const transport = severable(memory({ lease: '30s' }))
  await using made = await rig({ transport })
  const job = await made.client.enqueue(nap, { ms: 100 })
  await made.when('job.started')
  transport.cut = true
  await until(() => transport.refused > 0, 'an outcome that is refused')
  expect((await job.refresh()).state).toBe('running')
  transport.cut = false
  expect(await job.result({ timeout: '15s' })).toBe('rested')
})

test('a result that comes after the lease went to another is fenced', async () => {
  // A lease of which the holder hears nothing, as when its machine was frozen.
  const transport = severable(memory())
  await using made = await rig({ transport })
  const job = await made.client.enqueue(nap, { ms: 300 })
  const { attempt, jobId } = await made.when('job.started')
  const error = { name: 'Lapsed', message: 'by hand' }
  const lapse = { reason: 'lease', code: 'LEASE_LAPSED', error, requeued: true } as const
  await transport.log.append([{ type: 'job.lost', jobId, attempt, ...lapse }])
  expect(await made.when('attempt.fenced')).toMatchObject({ refused: 'job.succeeded', attempt: 1 })
  expect(await job.result({ timeout: '15s' })).toBe('rested')
  expect(job.attempts.map(({ ended, fenced }) => [ended, fenced])).toEqual([
    ['lost', true],
    ['succeeded', undefined],
  ])
})
