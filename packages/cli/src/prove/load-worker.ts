/** A worker of the load, as a process of its own. Its parent sends a {@link LoadOrder}, then a {@link LoadDismissal}. */
import { createWorker } from '@hotline/worker'
import { transportOf } from '../adapters.ts'
import { loadWorkerSettings } from './proving-ground.ts'

export interface LoadOrder {
  readonly concurrency: number
}

export interface LoadDismissal {
  readonly do: 'dismiss'
  readonly graceMs: number | undefined
}

// Ctrl-C reaches the whole group; what becomes of this process, its parent says. Without the parent it ends.
process.on('SIGINT', () => {})
process.once('disconnect', () => process.exit(1))
process.once('message', (order: LoadOrder) => {
  run(order).catch((error: unknown) => {
    process.stderr.write(`hotline: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  })
})

async function run({ concurrency }: LoadOrder): Promise<void> {
  const { HOTLINE_URL, HOTLINE_NAMESPACE, HOTLINE_LEASE } = process.env
  const transport = await transportOf(HOTLINE_URL, { namespace: HOTLINE_NAMESPACE, lease: HOTLINE_LEASE })
  const worker = createWorker(loadWorkerSettings(transport, concurrency))
  const dismissed = Promise.withResolvers<void>()
  process.on('message', ({ graceMs }: LoadDismissal) => {
    worker.stop(graceMs === undefined ? {} : { grace: graceMs }).then(dismissed.resolve, dismissed.reject)
  })
  await worker.start()
  await dismissed.promise
  process.exit(0)
}
