import type { ControlMessage } from '@hotline/core'

type Cancel = Extract<ControlMessage, { type: 'cancel' }>

const KEPT = 1000

/**
 * Cancel messages for attempts that this worker does not run: nearly all are another worker's, but one may be for an
 * attempt that is just being granted to this one, which then would hear of it only when it extends its lease.
 */
export class CancelInbox {
  readonly #attempts = new Map<string, number>()

  keep({ jobId, attempt }: Cancel): void {
    this.#attempts.delete(jobId)
    this.#attempts.set(jobId, attempt)
    const [oldest] = this.#attempts.keys()
    if (this.#attempts.size > KEPT && oldest !== undefined) this.#attempts.delete(oldest)
  }

  /** Whether there was a message for that attempt. */
  has(jobId: string, attempt: number): boolean {
    return this.#attempts.get(jobId) === attempt
  }
}
