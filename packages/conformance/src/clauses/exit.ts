import type { Clause } from '../clause.ts'
import { watchResources } from '../live-resource.ts'
import { waitFor } from '../patience.ts'
import { presenceOf } from '../presence.ts'
import type { Scene } from '../scene.ts'

/** For a backend that lives in one process: a second one could not show it. */
export const exitClauses: readonly Clause[] = [
  { title: 'T2 close leaves nothing that would keep the process alive', prove: leavesNothing },
]

/** Everything that would ring does so long after the limit of this wait: a lease would ring too early. */
async function leavesNothing(scene: Scene): Promise<void> {
  const watch = await watchResources(async () => {
    const transport = await scene.open()
    await scene.enqueue(transport, { delayMs: 3_600_000, expiresInMs: 7_200_000 })
    const waiting = scene.reserve(transport)
    await scene.read(transport)
    await transport.control.listen(() => {})
    await transport.control.beat(presenceOf('w1', 3_600_000))
    await transport.close()
    await scene.ends('the pending reserve', Promise.allSettled([waiting]))
  })
  try {
    await waitFor('timers and sockets to go', scene.soonMs, () => watch.left().length === 0)
  } finally {
    watch.stop()
  }
}
