import type { Transport } from '@hotline/core'
import type { Worker } from '@hotline/worker'
import { transportOf } from '../adapters.ts'

/** Asks a part to end. `graceMs` = what its running jobs have left, by default all that they need. */
export interface Dismissal {
  readonly do: 'dismiss'
  readonly graceMs: number | undefined
}

/** What a part has to go by. */
export interface PartCall {
  readonly transport: Transport
  /** Resolves with the first dismissal. */
  readonly dismissed: Promise<Dismissal>
  /** For each dismissal that comes from now on: a second one may leave less time than the first. */
  onDismissal(listener: (dismissal: Dismissal) => void): void
}

/**
 * Plays one of `Parts`, in a process of its own, and ends it: with exit code 0 when `play` is done, 1 when it fails,
 * which is said on stderr.
 */
export function playPart<Order>(play: (order: Order, call: PartCall) => Promise<void>): void {
  // Ctrl-C reaches the whole group; what becomes of this process, its parent says. Without the parent it ends.
  process.on('SIGINT', () => {})
  process.once('disconnect', () => process.exit(1))
  process.once('message', (order: Order) => {
    run(play, order).catch((error: unknown) => {
      process.stderr.write(`hotline: ${error instanceof Error ? error.message : String(error)}\n`)
      process.exit(1)
    })
  })
}

async function run<Order>(
  play: (order: Order, call: PartCall) => Promise<void>,
  order: Order,
): Promise<void> {
  const { promise: dismissed, resolve } = Promise.withResolvers<Dismissal>()
  process.once('message', resolve)
  const { HOTLINE_URL, HOTLINE_NAMESPACE, HOTLINE_LEASE } = process.env
  const transport = await transportOf(HOTLINE_URL, { namespace: HOTLINE_NAMESPACE, lease: HOTLINE_LEASE })
  await play(order, { transport, dismissed, onDismissal: (listener) => process.on('message', listener) })
  await transport.close()
  process.exit(0)
}

/** Runs a worker until it is dismissed and its jobs are done or out of time. */
export async function workUntilDismissed(worker: Worker, call: PartCall): Promise<void> {
  const stopped = Promise.withResolvers<void>()
  const stop = ({ graceMs }: Dismissal) => {
    worker.stop(graceMs === undefined ? {} : { grace: graceMs }).then(stopped.resolve, stopped.reject)
  }
  void call.dismissed.then(stop)
  call.onDismissal(stop)
  await worker.start()
  await stopped.promise
}
