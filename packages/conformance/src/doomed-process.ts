import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { HolderModule } from './backend.ts'
import type { DoomedAnswer, DoomedOrder } from './doomed-message.ts'
import { within } from './patience.ts'

interface DoomedOptions {
  readonly holder: HolderModule
  readonly queue?: string
  readonly worker?: string
  readonly clockSkewMs?: number
  /** How long it may take for anything that it is told. */
  readonly limitMs: number
}

type Settled = DoomedAnswer & { type: 'settled' }

/** The entry lies beside this file, as a source or as built. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './doomed-holder.ts' : './doomed-holder.js',
  import.meta.url,
)

/** A second process that holds a job, seen from the first. */
export class DoomedProcess {
  readonly #child: ChildProcess
  readonly #limitMs: number
  readonly #answers: DoomedAnswer[] = []
  readonly #exited: Promise<number | null>
  #stderr = ''

  constructor({ holder, queue = 'numbers', worker = 'doomed', clockSkewMs = 0, limitMs }: DoomedOptions) {
    this.#limitMs = limitMs
    // A process of its own: no test runner's options, whatever runs this one.
    this.#child = fork(ENTRY, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: conditions() })
    this.#child.stderr?.on('data', (chunk) => {
      this.#stderr += String(chunk)
    })
    this.#child.on('message', (answer: DoomedAnswer) => this.#answers.push(answer))
    this.#exited = once(this.#child, 'exit').then(([code]) => code)
    const { module, data } = holder
    this.#tell({ type: 'start', module: module.href, data, queue, worker, clockSkewMs })
  }

  /** Resolves when it has taken a job. */
  holding(): Promise<DoomedAnswer & { type: 'holding' }> {
    return this.#answer('to take a job', (answer) => (answer.type === 'holding' ? answer : undefined))
  }

  /** SIGKILL. Resolves when the process is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  /** SIGSTOP: it does nothing any more, and does not know. */
  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child.kill('SIGCONT')
  }

  /** Makes it settle its job as succeeded. */
  settle(): Promise<Settled> {
    this.#tell({ type: 'settle' })
    return this.#answer('to settle', (answer) => (answer.type === 'settled' ? answer : undefined))
  }

  /** Makes it close its transport. Resolves with its exit code, if it exits by itself. */
  leave(): Promise<number | null> {
    this.#tell({ type: 'leave' })
    return within('the second process to exit by itself after close()', this.#limitMs, this.#exited)
  }

  #tell(order: DoomedOrder): void {
    // A process that is gone is told of by the answer that does not come.
    this.#child.send(order, () => {})
  }

  async #answer<T>(awaited: string, find: (answer: DoomedAnswer) => T | undefined): Promise<T> {
    const died = this.#exited.then((code) => {
      throw new Error(
        `The second process ended (exit code ${code}) before it came ${awaited}. ${this.#stderr}`,
      )
    })
    const answered = new Promise<T>((resolve) => {
      const look = () => {
        const found = this.#answers.map(find).find((answer) => answer !== undefined)
        if (found !== undefined) resolve(found)
      }
      this.#child.on('message', look)
      look()
    })
    return await within(`the second process ${awaited}`, this.#limitMs, Promise.race([answered, died]))
  }
}

/** The import conditions of this process, so that the child finds the same sources. */
function conditions(): string[] {
  return process.execArgv.filter(
    (option, index) => /^(--conditions|-C)(=|$)/.test(option) || isConditionOf(index),
  )
}

/** `--conditions name`, in two words. */
function isConditionOf(index: number): boolean {
  return /^(--conditions|-C)$/.test(process.execArgv[index - 1] ?? '')
}
