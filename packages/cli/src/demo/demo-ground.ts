import type { Transport } from '@hotline/core'
import type { Tile } from './poster-view.ts'

/** What is to be done. */
export interface DemoOrder {
  readonly tiles: readonly Tile[]
  /** Jobs at once; by default as many as there are CPUs, or as fit into memory. */
  readonly concurrency: number | undefined
}

/** Where the demo's jobs live, and who enqueues and runs them. */
export interface DemoGround {
  readonly transport: Transport
  /** Has all jobs enqueued and workers take them. Rejects when that cannot go on. */
  work(order: DemoOrder, signal: AbortSignal): Promise<void>
  /** Lets the workers end: when they are done, or within so many ms. */
  dismiss(graceMs?: number): Promise<void>
  /** Leaves nothing behind on the backend. */
  clear(): Promise<void>
}

/** Settings of every worker of the demo. `handlers` is next to this module, as source and as built. */
export const WORKER_SETTINGS: {
  readonly handlers: URL
  readonly stopLadder: { readonly abort: '200ms'; readonly term: '1s' }
} = {
  handlers: new URL(`./demo-handlers.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
  stopLadder: { abort: '200ms', term: '1s' },
}
