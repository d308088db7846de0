/** The least that can run jobs in child processes: a warm pool and an array. What hotline adds is measured against it. */
import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'

const child = new URL('./fork-pool-child.ts', import.meta.url)

export class ForkPool {
  readonly #children: readonly ChildProcess[]

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children
  }

  static async start(size: number): Promise<ForkPool> {
    const children = Array.from({ length: size }, () => fork(child, { execArgv: [] }))
    await Promise.all(children.map((one) => once(one, 'message')))
    return new ForkPool(children)
  }

  /** Resolves when every job is done. */
  async run(jobs: readonly { readonly ms: number }[]): Promise<void> {
    const waiting = [...jobs]
    await Promise.all(
      this.#children.map(async (one) => {
        for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
          const done = once(one, 'message')
          one.send(job)
          await done
        }
      }),
    )
  }

  async stop(): Promise<void> {
    const ended = this.#children.map((one) => once(one, 'exit'))
    for (const one of this.#children) one.disconnect()
    await Promise.all(ended)
  }
}
