import { setTimeout } from 'node:timers/promises'
import type { Contender } from './contender.ts'
import type { Figures } from './contest.ts'

/** A contender that runs one job at a time, and how long a job took to start: median of `jobs`, in ms. */
export class IdleLatency {
  readonly #side: Contender
  #onRun: () => void = () => {}

  private constructor(side: Contender) {
    this.#side = side
  }

  /** Resolves when the worker waits. */
  static async begin(side: Contender): Promise<IdleLatency> {
    const latency = new IdleLatency(side)
    await side.work(1, () => latency.#onRun())
    return latency
  }

  /** From the call that stores a job to the first line of its handler, everyone idle in between. */
  async p50(name: string, jobs: number): Promise<Figures> {
    const waits: number[] = []
    for (let data = 0; data < jobs; data++) {
      const started = Promise.withResolvers<void>()
      this.#onRun = started.resolve
      const began = performance.now()
      const stored = this.#side.add(data)
      await started.promise
      waits.push(performance.now() - began)
      await stored
      // Until the job is settled and its worker waits again.
      await setTimeout(3)
    }
    return { [name]: waits.toSorted((a, b) => a - b)[Math.floor(jobs / 2)] ?? Number.NaN }
  }
}
