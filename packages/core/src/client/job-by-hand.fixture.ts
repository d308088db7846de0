/** A worker of a few lines, for tests of what a client sees: it takes one job and ends it as it is told. */
import type { ProposedEvent } from '../job/event.ts'
import type { JsonValue } from '../job/json.ts'
import { afterStop } from '../job/policy.ts'
import type { Lease, Transport } from '../transport/transport.ts'

const holder = { worker: 'by-hand', slot: 0, pid: 1 }

/** Reserves the next job of the queue. */
export async function take(transport: Transport, queue = 'default'): Promise<Lease> {
  const lease = await transport.queue.reserve([queue], { holder, signal: AbortSignal.timeout(5000) })
  if (lease === undefined) throw new Error(`No job came to queue ${queue} within 5 s.`)
  return lease
}

export async function succeed(lease: Lease, result: JsonValue = null): Promise<void> {
  await settle(lease, [
    { type: 'job.succeeded', jobId: lease.job.id, attempt: lease.job.attempt, result, runMs: 1 },
  ])
}

export async function fail(lease: Lease, error: Error, retryInMs?: number): Promise<void> {
  const head = { jobId: lease.job.id, attempt: lease.job.attempt }
  const stack = error.stack ?? ''
  const facts = {
    code: 'HANDLER_ERROR',
    error: { name: error.name, message: error.message, stack },
    runMs: 1,
  } as const
  if (retryInMs === undefined) await settle(lease, [{ type: 'job.failed', ...head, ...facts }])
  else await settle(lease, [{ type: 'job.retrying', ...head, ...facts, retryInMs }])
}

/** Ends a job that somebody asked to stop. */
export async function stop(lease: Lease): Promise<void> {
  await settle(lease, afterStop(await lease.extend(), { means: 'SIGTERM', tookMs: 2 }))
}

async function settle(lease: Lease, outcome: readonly ProposedEvent[]): Promise<void> {
  const settled = await lease.settle(outcome)
  if (!settled.accepted) throw new Error(`The outcome was refused: ${settled.why}`)
}
