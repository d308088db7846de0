import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Lease, NewJob } from '@hotline/core'
import { createJobId } from '@hotline/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SqliteTransport } from './sqlite-transport.ts'

const LEASE_MS = 900
const HOUR_MS = 3_600_000
const limits = { leaseMs: LEASE_MS, retentionMs: HOUR_MS * 24, maxPayloadBytes: 1000 }

let folder: string
/** The clocks of a machine, which run when a test says so. */
let wall = 1_800_000_000_000
let steady = 50_000_000
const transports: SqliteTransport[] = []

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hotline-clock-'))
})
afterEach(async () => {
  for (const transport of transports.splice(0)) await transport.close()
  await rm(folder, { recursive: true })
})

/** As another process of the machine has it. */
async function open(): Promise<SqliteTransport> {
  const time = { wall: () => wall, steady: () => steady }
  const plan = { file: path.join(folder, 'jobs.db'), limits, lockTimeoutMs: 5000, time }
  const transport = new SqliteTransport(plan)
  transports.push(transport)
  await transport.open()
  return transport
}

function pass(ms: number): void {
  wall += ms
  steady += ms
}

function jobOf(expiresInMs?: number): NewJob {
  const backoff = { initialMs: 1, factor: 1, maxMs: 1, jitter: 0 }
  return {
    input: '1',
    queued: {
      ...{ type: 'job.queued', jobId: createJobId(), attempt: 0, task: 'add', queue: 'numbers' },
      ...{ bytes: 1, digest: '', priority: 'normal', tags: [], delayMs: 0, expiresInMs },
      limits: { attempts: 3, crashLimit: 3, backoff, retentionMs: HOUR_MS },
    },
  }
}

async function taken(transport: SqliteTransport): Promise<Lease> {
  await transport.queue.enqueue([jobOf()])
  const holder = { worker: 'w', slot: 0, pid: 1 }
  const lease = await transport.queue.reserve(['numbers'], { holder, signal: new AbortController().signal })
  if (lease === undefined) throw new Error('There was no job.')
  return lease
}

/** A sweep has found all that was due, since it found a job that expires. */
async function swept(transport: SqliteTransport): Promise<void> {
  const [outcome] = await transport.queue.enqueue([jobOf(1)])
  pass(2)
  await vi.waitFor(
    async () => expect((await transport.log.get(outcome?.record.id ?? ''))?.record.state).toBe('expired'),
    { timeout: 20_000 },
  )
}

test.each([HOUR_MS, -HOUR_MS])(
  'a clock that is set by %i ms neither ends a lease nor makes it longer',
  async (jump) => {
    const [holder, other] = [await open(), await open()]
    const { job } = await taken(holder)
    pass(LEASE_MS / 3)
    wall += jump
    const seen = await other.log.get(job.id)
    expect([seen?.record.state, (seen?.leaseUntil ?? 0) - (seen?.observedAt ?? 0)]).toEqual([
      'running',
      (LEASE_MS * 2) / 3,
    ])
    await swept(other)
    expect((await holder.log.get(job.id))?.record.attempt).toBe(1)
    expect((await holder.log.get(job.id))?.record.state).toBe('running')
    pass(LEASE_MS)
    await swept(other)
    expect((await holder.log.get(job.id))?.record).toMatchObject({ state: 'queued', crashes: 1 })
  },
)

test('a machine that slept keeps the leases of its holders', async () => {
  const [holder, other] = [await open(), await open()]
  const lease = await taken(holder)
  wall += 8 * HOUR_MS // the steady clock slept, too
  await swept(other)
  expect(await lease.extend()).toMatchObject({ state: 'running', attempt: 1 })
})

test('after a start of the machine a lease lasts no longer than a whole one', async () => {
  const { job } = await taken(await open())
  steady = 1000
  wall += HOUR_MS
  const late = await open()
  const seen = await late.log.get(job.id)
  expect((seen?.leaseUntil ?? 0) - (seen?.observedAt ?? 0)).toBeLessThanOrEqual(LEASE_MS)
  pass(LEASE_MS + 1)
  await swept(late)
  expect((await late.log.get(job.id))?.record.state).toBe('queued')
})

test('a worker is not lost over a clock that was set', async () => {
  const [one, other] = [await open(), await open()]
  const slots = { queues: [], tasks: [], slots: [], limit: 1, held: 0, running: 0 }
  const facts = { worker: 'w', host: 'h', pid: 1, startedAt: 1, seenAt: 1, everyMs: 100, supervisorRss: 1 }
  await one.control.beat({ ...facts, ...slots, state: 'running' })
  wall += HOUR_MS
  await swept(other)
  expect(await other.control.workers()).toHaveLength(1)
  pass(301)
  await swept(other)
  expect(await other.control.workers()).toHaveLength(0)
})
