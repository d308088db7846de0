import type { WorkerPresence } from '../transport/presence.ts'
import { SILENT_AFTER_BEATS } from '../transport/presence.ts'

/** What the roll needs of its backend. */
interface RollKeeper {
  now(): number
  /** Runs at a time of the backend's clock. */
  at(time: number, run: () => void): void
  onLost(worker: string, lastSeen: number): void
}

/** The workers whose heartbeats are current. One that is silent for three beats is lost. */
export class WorkerRoll {
  readonly #keeper: RollKeeper
  readonly #workers = new Map<string, WorkerPresence>()

  constructor(keeper: RollKeeper) {
    this.#keeper = keeper
  }

  beat(presence: WorkerPresence): void {
    const isNew = !this.#workers.has(presence.worker)
    this.#workers.set(presence.worker, { ...presence, seenAt: this.#keeper.now() })
    if (isNew) this.#watch(presence.worker)
  }

  leave(worker: string): void {
    this.#workers.delete(worker)
  }

  all(): readonly WorkerPresence[] {
    return [...this.#workers.values()]
  }

  #watch(worker: string): void {
    const presence = this.#workers.get(worker)
    if (presence === undefined) return
    const silentAt = presence.seenAt + SILENT_AFTER_BEATS * presence.everyMs
    if (silentAt > this.#keeper.now()) {
      this.#keeper.at(silentAt, () => this.#watch(worker))
      return
    }
    this.#workers.delete(worker)
    this.#keeper.onLost(worker, presence.seenAt)
  }
}
