import { defineTask, type PlainTypes, type Task } from '@hotline/core'

/** What one job of the load takes: CPU time in ms, and memory in bytes that it fills. */
export interface Load {
  readonly cpuMs: number
  readonly bytes: number
}

/** Computes for some time in some memory. Nothing of it may fail, so one attempt is all it gets. */
export const loadTask: Task<PlainTypes<Load, null, unknown>> = defineTask('prove.load', {
  queue: 'prove',
  attempts: 1,
})
