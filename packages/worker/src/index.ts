export type { Logger } from '@hotline/core'
export type { StopOptions } from './worker.ts'
export { createWorker, Worker } from './worker.ts'
export type { Isolation, WorkerOptions } from './worker-options.ts'
