import { PayloadTooLargeError } from '../error.ts'
import type { NewJob } from './transport.ts'

/**
 * For adapters: refuses jobs that are larger than the backend takes, before the first is stored.
 * @param limit `TransportLimits.maxPayloadBytes`
 * @throws PayloadTooLargeError
 */
export function checkPayloads(jobs: readonly NewJob[], limit: number): void {
  for (const { queued } of jobs) {
    const { task, bytes } = queued
    if (bytes > limit) throw new PayloadTooLargeError({ what: `the input of task "${task}"`, bytes, limit })
  }
}
