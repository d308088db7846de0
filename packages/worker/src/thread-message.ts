/**
 * What the application's thread and the supervisor's thread say to each other. No user code runs in either end of this,
 * so the messages are not checked.
 *
 *   application: (start of the thread)              thread: started | refused, and ends
 *   application: stop, then hurry any number of times   thread: stopped, and ends
 *   thread, any time: logged, printed and warned; draining when the control bus asks it to stop
 */
import type { ErrorDocument, TransportDescription } from '@hotline/core'
import type { WorkerSettings } from './worker-options.ts'

/** What a supervisor's thread is started with. */
export interface ThreadPlan {
  /** Id of the worker. */
  readonly worker: string
  readonly description: TransportDescription
  readonly settings: Omit<WorkerSettings, 'transport' | 'logger'>
  /** That of a tally. */
  readonly tally: SharedArrayBuffer
}

export type ToThread = { readonly type: 'stop'; readonly graceMs: number } | { readonly type: 'hurry' }

export type FromThread =
  | { readonly type: 'started' }
  | { readonly type: 'refused'; readonly error: ErrorDocument }
  | { readonly type: 'stopped'; readonly error?: ErrorDocument | undefined }
  | { readonly type: 'draining' }
  | { readonly type: 'warned'; readonly name: string; readonly message: string }
  | LineFromThread

/** Of these the application may be behind. */
export type LineFromThread =
  | {
      readonly type: 'logged'
      readonly level: 'debug' | 'info' | 'warn' | 'error'
      readonly facts: object
      /** Those of the facts that are errors. */
      readonly errors: readonly (readonly [name: string, error: ErrorDocument])[]
      readonly message: string
    }
  | {
      readonly type: 'printed'
      readonly line: string
      readonly stream: 'stdout' | 'stderr'
      readonly pid: number
    }
