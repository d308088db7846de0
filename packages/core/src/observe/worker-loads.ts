import type { IdleHold } from './idle-hold.ts'
import { peakOf } from './idle-hold.ts'
import type { WorkerProof } from './proof.ts'
import type { OpenAttempt } from './worker-load.ts'
import { WorkerLoad } from './worker-load.ts'

/** What all workers of a log have in their hands. */
export class WorkerLoads {
  running = 0
  peakRunning = 0
  /** Most that the workers online at once could run together. */
  limit = 0
  readonly #loads = new Map<string, WorkerLoad>()
  readonly #alive: ReadonlyMap<string, number>
  readonly #idle: IdleHold[] = []

  /** @param alive Workers whose heartbeats are current, with their limits. */
  constructor(alive: ReadonlyMap<string, number>) {
    this.#alive = alive
  }

  of(worker: string): WorkerLoad {
    const known = this.#loads.get(worker)
    if (known !== undefined) return known
    const load = new WorkerLoad(worker, this.#alive.get(worker))
    this.#loads.set(worker, load)
    if (load.limit !== undefined) this.#raiseLimit()
    return load
  }

  online(worker: string, limit: number): void {
    this.of(worker).online(limit)
    this.#raiseLimit()
  }

  /** When the worker said goodbye or fell silent, unless it is known to live. */
  goneAt(worker: string): number | undefined {
    return this.#alive.has(worker) ? undefined : this.of(worker).goneAt
  }

  /** Takes an attempt in. Returns those that were in the same slot already. */
  start(opened: OpenAttempt): OpenAttempt[] {
    this.running += 1
    this.peakRunning = Math.max(this.peakRunning, this.running)
    return this.of(opened.worker).start(opened)
  }

  end(opened: OpenAttempt): void {
    this.of(opened.worker).end(opened)
    this.running -= 1
  }

  hold(idle: IdleHold): void {
    this.#idle.push(idle)
  }

  /** All peaks are what there is now; who is gone, and left nothing, is forgotten. */
  forgetPeaks(): void {
    this.#idle.length = 0
    this.peakRunning = this.running
    for (const [worker, load] of this.#loads) {
      if (load.goneAt !== undefined && load.running === 0) this.#loads.delete(worker)
      load.forgetPeaks()
    }
    this.limit = 0
    this.#raiseLimit()
  }

  get peakHeldIdle(): number {
    return Math.max(0, ...[...this.#loads.values()].map((load) => this.#peakHeldIdle(load)))
  }

  proofs(): WorkerProof[] {
    return [...this.#loads.values()].map((load) => ({
      worker: load.worker,
      limit: load.limit,
      limitFrom: load.limitFrom,
      peakRunning: load.peakRunning,
      peakHeldIdle: this.#peakHeldIdle(load),
    }))
  }

  #peakHeldIdle({ worker, peakHeldIdle }: WorkerLoad): number {
    return Math.max(peakHeldIdle, peakOf(this.#idle.filter((hold) => hold.worker === worker)))
  }

  #raiseLimit(): void {
    let total = 0
    for (const load of this.#loads.values()) if (load.goneAt === undefined) total += load.limit ?? 0
    this.limit = Math.max(this.limit, total)
  }
}
