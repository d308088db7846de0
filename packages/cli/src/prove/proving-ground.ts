import type { Transport } from '@hotline/core'
import type { WorkerOptions } from '@hotline/worker'
import type { LoadPlan } from './load-plan.ts'

/** Where the load's jobs live, and who runs them. */
export interface ProvingGround {
  readonly transport: Transport
  /** Starts the workers of the plan. Rejects when one that was not dismissed is gone. */
  work(plan: LoadPlan): Promise<void>
  /** Kills a worker with all that it has in hand. Its name, as far as there is one to kill. */
  kill(): Promise<void>
  /** Starts one worker more. */
  reinforce(plan: LoadPlan): void
  /** Lets the workers end: when they are done, or within so many ms. */
  dismiss(graceMs?: number): Promise<void>
  /** Leaves nothing behind on the backend. */
  clear(): Promise<void>
}

/** The handlers next to this module, as source and as built. */
export const LOAD_HANDLERS: URL = new URL(
  `./load-handlers.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
  import.meta.url,
)

/** Settings of every worker of the load. */
export function loadWorkerSettings(transport: Transport, concurrency: number): WorkerOptions {
  return { transport, concurrency, handlers: LOAD_HANDLERS, name: 'prove' }
}
