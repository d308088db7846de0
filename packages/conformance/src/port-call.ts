import type { Transport } from '@hotline/core'
import { jobOf } from './job-draft.ts'
import { presenceOf } from './presence.ts'
import { cancelled } from './proposal.ts'
import type { Scene } from './scene.ts'
import { holder } from './scene.ts'

/** One method of the port, with arguments that an open transport takes. */
export interface PortCall {
  readonly name: string
  readonly call: () => Promise<unknown>
}

/** Every method of the port but `open` and `close`. */
export function callsOf(scene: Scene, transport: Transport): readonly PortCall[] {
  const { queue, log, control } = transport
  const { signal } = new AbortController()
  const job = jobOf({ queue: 'letters' }, scene.limits)
  const id = job.queued.jobId
  const calls: Record<string, () => Promise<unknown>> = {
    enqueue: () => queue.enqueue([job]),
    reserve: () => queue.reserve(['numbers'], { holder: holder('w1'), signal }),
    pause: () => queue.pause('letters'),
    resume: () => queue.resume('letters'),
    paused: () => queue.paused(),
    append: () => log.append([cancelled({ id, attempt: 0, state: 'queued' })]),
    note: () => log.note({ type: 'worker.offline', worker: 'w1', released: 0 }),
    get: () => log.get(id),
    list: () => scene.list(transport),
    dead: () => log.dead(),
    subscribe: () => log.subscribe({ from: 'start', signal }),
    broadcast: () => control.broadcast({ type: 'drain', worker: 'w1' }),
    listen: () => control.listen(() => {}),
    beat: () => control.beat(presenceOf('w1', 5_000)),
    leave: () => control.leave('w1'),
    workers: () => control.workers(),
  }
  return Object.entries(calls).map(([name, call]) => ({ name, call }))
}
