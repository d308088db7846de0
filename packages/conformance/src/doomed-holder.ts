/**
 * The second process of a clause: connects, takes one job, keeps its lease, and waits to be killed, frozen, told to
 * settle, or told to leave. It is started by DoomedProcess and speaks with it over IPC.
 *
 *   told       does                                                     answers
 *   start      opens, listens, reads the log, reserves, renews for ever  holding
 *   settle     settles its job as succeeded, however late it is          settled
 *   leave      closes the transport and lets go of the channel           nothing: it must exit by itself
 *
 * Whatever throws ends it with the exit code 1 and the error on stderr.
 */
import type { Lease, Transport } from '@hotline/core'
import type { DoomedAnswer, DoomedOrder } from './doomed-message.ts'

let transport: Transport | undefined
let lease: Lease | undefined
let renewal: NodeJS.Timeout | undefined

process.on('message', (order: DoomedOrder) => {
  obey(order).catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})
process.on('disconnect', exitWithParent)

async function obey(order: DoomedOrder): Promise<void> {
  if (order.type === 'start') await start(order)
  else if (order.type === 'settle') await settle()
  else await leave()
}

async function start({
  module,
  data,
  queue,
  worker,
  clockSkewMs,
}: DoomedOrder & { type: 'start' }): Promise<void> {
  const honest = Date.now
  if (clockSkewMs !== 0) Date.now = () => honest() + clockSkewMs
  const loaded: { default: (data: unknown) => Transport } = await import(module)
  transport = loaded.default(data)
  await transport.open()
  await transport.control.listen(() => {})
  void readOn(transport)
  const { signal } = new AbortController()
  lease = await transport.queue.reserve([queue], { holder: { worker, slot: 0, pid: process.pid }, signal })
  if (lease === undefined) throw new Error('The reservation ended without a job.')
  renewal = setInterval(renew, transport.limits.leaseMs / 4)
  answer({ type: 'holding', jobId: lease.job.id, attempt: lease.job.attempt })
}

async function readOn({ log }: Transport): Promise<void> {
  const { signal } = new AbortController()
  for await (const _ of await log.subscribe({ from: 'now', signal }));
}

/** A failure is no news here: the clause learns of it from the log. */
function renew(): void {
  lease?.extend().catch(() => clearInterval(renewal))
}

async function settle(): Promise<void> {
  if (lease === undefined) throw new Error('There is no job to settle.')
  const { id: jobId, attempt } = lease.job
  clearInterval(renewal)
  const outcome = await lease.settle([
    { type: 'job.succeeded', jobId, attempt, result: `by ${process.pid}`, runMs: 1 },
  ])
  answer({ type: 'settled', accepted: outcome.accepted, why: outcome.accepted ? undefined : outcome.why })
}

async function leave(): Promise<void> {
  clearInterval(renewal)
  await transport?.close()
  process.off('disconnect', exitWithParent)
  process.disconnect()
}

function answer(message: DoomedAnswer): void {
  process.send?.(message)
}

function exitWithParent(): void {
  process.exit(2)
}
