/**
 * A worker in a process of its own, on the transport that its parent describes. Tells the parent when it is online, and
 * does what the parent says: block the event loop of this process, or stop.
 */
import type { TransportDescription } from '@hotline/core'
import type { WorkerOptions } from '@hotline/worker'
import { createWorker } from '@hotline/worker'
import { describedTransport } from '../described-transport.ts'

/** What the parent sends as the first argument, as JSON. */
export interface WorkerPart {
  readonly transport: TransportDescription
  readonly options: Pick<
    WorkerOptions,
    'concurrency' | 'name' | 'isolation' | 'niceness' | 'stopLadder' | 'env'
  > & {
    /** Address of a module instead of `acts.ts`. */
    readonly handlers?: string
  }
}

/** What it sends later. */
export type Direction = { readonly do: 'block'; readonly ms: number } | { readonly do: 'stop' }

const part: WorkerPart = JSON.parse(process.argv[2] ?? '')
const { handlers = '../handlers/acts.ts', ...options } = part.options
const worker = createWorker({
  transport: await describedTransport(part.transport),
  handlers: new URL(handlers, import.meta.url),
  ...options,
})
process.on('message', (direction: Direction) => {
  if (direction.do === 'block') block(direction.ms)
  else void worker.stop().then(() => process.disconnect())
})
await worker.start()
process.send?.({ online: worker.id })

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  process.send?.({ unblocked: true })
}
