import type { Task } from '../task/task.ts'

/** A job type for handles whose task is not known here: payloads are plain JSON. */
export const ANY_TASK: Task = Object.freeze({
  name: '*',
  queue: 'default',
  limits: { attempts: 1, crashLimit: 1, backoff: { initialMs: 0, factor: 1, maxMs: 0, jitter: 0 } },
  schemas: {},
})
