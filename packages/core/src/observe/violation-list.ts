import type { JobId } from '../job/job-id.ts'
import type { Violation, ViolationKind } from './proof.ts'

const MOST_KEPT = 1000

/** Where and when something was seen. */
export interface Sight {
  readonly jobs: readonly JobId[]
  readonly from: number
  readonly to: number
}

/** Counts all violations and keeps the first 1000. */
export class ViolationList {
  readonly #kept: Violation[]
  readonly #counts: Partial<Record<ViolationKind, number>>

  constructor(
    kept: readonly Violation[] = [],
    counts: Readonly<Partial<Record<ViolationKind, number>>> = {},
  ) {
    this.#kept = [...kept]
    this.#counts = { ...counts }
  }

  add(kind: ViolationKind, text: string, sight: Sight): void {
    this.#counts[kind] = this.count(kind) + 1
    if (this.#kept.length < MOST_KEPT) this.#kept.push({ kind, text, ...sight })
  }

  count(kind: ViolationKind): number {
    return this.#counts[kind] ?? 0
  }

  get counts(): Readonly<Partial<Record<ViolationKind, number>>> {
    return this.#counts
  }

  get kept(): readonly Violation[] {
    return this.#kept
  }

  copy(): ViolationList {
    return new ViolationList(this.#kept, this.#counts)
  }
}
