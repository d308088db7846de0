import type { JobId } from '@hotline/core'

/** How many are remembered. */
const LIMIT = 10_000

/** Jobs that a fold does not have, though entries speak of them. */
export class Strangers {
  readonly #metAt = new Map<JobId, number>()

  meet(id: JobId, offset: number): void {
    this.#metAt.delete(id)
    this.#metAt.set(id, offset)
    const [oldest] = this.#metAt.keys()
    if (this.#metAt.size > LIMIT && oldest !== undefined) this.#metAt.delete(oldest)
  }

  /** The last offset that spoke of it, -1 for none. */
  metAt(id: JobId): number {
    return this.#metAt.get(id) ?? -1
  }
}
