import type { EnqueueOptions, FinalState, JobErrorCode, PlainTypes, Task } from '@hotline/core'
import {
  alwaysExits,
  broken,
  crashesOnce,
  endless,
  flaky,
  forsaken,
  greedyBuffers,
  greedyHeap,
  late,
  stubborn,
} from './demo-tasks.ts'

/** A job that goes wrong on purpose, and how it is to end. */
export interface Trial {
  readonly task: Task<PlainTypes<null, string, unknown>>
  readonly story: string
  readonly state: FinalState
  /** The code of the job's last error. */
  readonly code: JobErrorCode
  readonly options?: EnqueueOptions
  /** When the demo cancels it. */
  readonly cancel?: 'at-once' | 'when-it-spins'
}

/** No worker of the demo takes jobs from it. */
const UNSERVED = 'night-shift'

export const TRIALS: readonly Trial[] = [
  { task: flaky, story: 'throws twice, then works', state: 'succeeded', code: 'HANDLER_ERROR' },
  { task: broken, story: 'throws every time', state: 'failed', code: 'HANDLER_ERROR' },
  { task: greedyHeap, story: 'fills its heap', state: 'failed', code: 'MEMORY_LIMIT' },
  { task: greedyBuffers, story: 'fills memory with Buffers', state: 'failed', code: 'MEMORY_LIMIT' },
  { task: endless, story: 'spins past its timeout', state: 'failed', code: 'TIMEOUT' },
  {
    task: stubborn,
    story: 'spins until it is cancelled',
    state: 'cancelled',
    code: 'JOB_CANCELLED',
    cancel: 'when-it-spins',
  },
  {
    task: forsaken,
    story: 'is cancelled before its start',
    state: 'cancelled',
    code: 'JOB_CANCELLED',
    options: { delay: '1h' },
    cancel: 'at-once',
  },
  {
    task: late,
    story: 'waits where no worker looks',
    state: 'expired',
    code: 'JOB_EXPIRED',
    options: { queue: UNSERVED, expires: '2s' },
  },
  { task: crashesOnce, story: 'kills its process once', state: 'succeeded', code: 'PROCESS_SIGNAL' },
  { task: alwaysExits, story: 'exits every time', state: 'failed', code: 'PROCESS_EXIT' },
]
