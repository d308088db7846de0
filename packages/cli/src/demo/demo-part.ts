/** One process of the demo on a backend that several reach. */
import { createClient } from '@hotline/core'
import { createWorker } from '@hotline/worker'
import type { PartCall } from '../part/play-part.ts'
import { playPart, workUntilDismissed } from '../part/play-part.ts'
import { WORKER_SETTINGS } from './demo-ground.ts'
import { produceDemo } from './demo-producer.ts'
import type { Tile } from './poster-view.ts'

export type DemoPart =
  | { readonly role: 'worker'; readonly concurrency: number }
  | { readonly role: 'producer'; readonly tiles: readonly Tile[] }

playPart(async (part: DemoPart, call) => {
  if (part.role === 'producer') await produce(part.tiles, call)
  else {
    const { concurrency } = part
    await workUntilDismissed(
      createWorker({ ...WORKER_SETTINGS, transport: call.transport, concurrency }),
      call,
    )
  }
})

/** Until all is enqueued, or nobody wants more of it: what is wiped then must not come back. */
async function produce(tiles: readonly Tile[], { transport, dismissed }: PartCall): Promise<void> {
  const stop = new AbortController()
  void dismissed.then(() => stop.abort())
  const client = createClient({ transport })
  await produceDemo(client, tiles, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error
  })
  await client.close()
}
