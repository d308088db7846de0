/** One process of the demo on a backend that several reach. Its parent sends a {@link DemoPart}, then a {@link Dismissal}. */
import { createClient, type Transport } from '@hotline/core'
import { createWorker } from '@hotline/worker'
import { transportOf } from '../adapters.ts'
import { WORKER_SETTINGS } from './demo-ground.ts'
import { produceDemo } from './demo-producer.ts'
import type { Tile } from './poster-view.ts'

export type DemoPart =
  | { readonly role: 'worker'; readonly concurrency: number }
  | { readonly role: 'producer'; readonly tiles: readonly Tile[] }

export interface Dismissal {
  readonly do: 'dismiss'
  readonly graceMs: number | undefined
}

// Ctrl-C reaches the whole group; what becomes of this process, its parent says. Without the parent it ends.
process.on('SIGINT', () => {})
process.once('disconnect', () => process.exit(1))
process.once('message', (part: DemoPart) => {
  const dismissed = Promise.withResolvers<Dismissal>()
  process.once('message', dismissed.resolve)
  play(part, dismissed.promise).catch((error: unknown) => {
    process.stderr.write(`hotline: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  })
})

async function play(part: DemoPart, dismissed: Promise<Dismissal>): Promise<void> {
  const { HOTLINE_URL, HOTLINE_NAMESPACE } = process.env
  const transport = await transportOf(HOTLINE_URL, { namespace: HOTLINE_NAMESPACE })
  if (part.role === 'worker') await runJobs(transport, part.concurrency, dismissed)
  else await produce(transport, part.tiles, dismissed)
  await transport.close()
  process.exit(0)
}

async function runJobs(
  transport: Transport,
  concurrency: number,
  dismissed: Promise<Dismissal>,
): Promise<void> {
  const worker = createWorker({ ...WORKER_SETTINGS, transport, concurrency })
  const stopped = Promise.withResolvers<void>()
  const stop = ({ graceMs }: Dismissal) => {
    worker.stop(graceMs === undefined ? {} : { grace: graceMs }).then(stopped.resolve, stopped.reject)
  }
  void dismissed.then(stop)
  // A second one may leave less time than the first.
  process.on('message', stop)
  await worker.start()
  await stopped.promise
}

/** Until all is enqueued, or nobody wants more of it: what is wiped then must not come back. */
async function produce(
  transport: Transport,
  tiles: readonly Tile[],
  dismissed: Promise<Dismissal>,
): Promise<void> {
  const stop = new AbortController()
  void dismissed.then(() => stop.abort())
  const client = createClient({ transport })
  await produceDemo(client, tiles, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error
  })
  await client.close()
}
