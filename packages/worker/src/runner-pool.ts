import type { RecycleReason } from '@hotline/core'
import type { TaskFacts } from './message.ts'
import type { Runner } from './runner.ts'

/** What a slot found out about its runner. */
export interface RunnerReport {
  /** Why it is not to be used again, if so. */
  readonly recycle?: RecycleReason | undefined
  readonly lastRss?: number | undefined
}

/** Where the slots of a worker get their runners from: one each, kept warm. */
export interface RunnerPool {
  /** Loads the handlers, and tells their tasks. @throws HandlersError, and nothing is left behind */
  open(): Promise<readonly TaskFacts[]>
  /** The runner of a slot, ready to take a job. `undefined` when the pool closes. */
  take(slot: number): Promise<Runner | undefined>
  /** Whether the slot would get this runner again for its next job. */
  keeps(runner: Runner, report: RunnerReport): boolean
  /** After each use. One that is worn or gone is replaced at once. */
  giveBack(slot: number, runner: Runner, report: RunnerReport): void
  /** No slot takes a job any more: a `take` that still waits comes to nothing. */
  retire(): void
  /** Ends every runner that can be ended. */
  close(): Promise<void>
}
