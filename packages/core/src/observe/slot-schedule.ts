import type { Run } from './list-schedule.ts'

/** Slots that take runs one after another: each run goes to the slot that is free first. Times in ms. */
export class SlotSchedule {
  readonly #freeAt: number[]

  /** @param slots Number of runs at once, 1 or more; `start` is when all of them are free. */
  constructor(slots: number, start: number) {
    this.#freeAt = new Array<number>(Math.max(1, Math.floor(slots))).fill(start)
  }

  /** When the next run could begin. */
  get nextStart(): number {
    return this.#freeAt[this.#earliest()] ?? 0
  }

  /** Gives the run to the slot that is free first, not before it is due. Returns when it ends. */
  place({ dueAt, runMs }: Run): number {
    const slot = this.#earliest()
    const endsAt = Math.max(this.#freeAt[slot] ?? dueAt, dueAt) + runMs
    this.#freeAt[slot] = endsAt
    return endsAt
  }

  #earliest(): number {
    let first = 0
    for (let index = 1; index < this.#freeAt.length; index++)
      if ((this.#freeAt[index] ?? 0) < (this.#freeAt[first] ?? 0)) first = index
    return first
  }
}
