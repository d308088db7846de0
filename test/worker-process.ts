import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { TransportDescription } from '@hotline/core'
import type { Direction, WorkerPart } from './actors/worker-actor.ts'

const actor = new URL('./actors/worker-actor.ts', import.meta.url)

/** A worker in a process of its own, to be killed, frozen and thawed. */
export class WorkerProcess implements AsyncDisposable {
  readonly id: string
  readonly #process: ChildProcess

  private constructor(child: ChildProcess, id: string) {
    this.#process = child
    this.id = id
  }

  /** Resolves when it is online. */
  static async start(
    transport: TransportDescription,
    options: WorkerPart['options'] = {},
  ): Promise<WorkerProcess> {
    const part: WorkerPart = { transport, options: { concurrency: 1, ...options } }
    const child = fork(actor, [JSON.stringify(part)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    boundToThisProcess(child)
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`The worker process ended (${code ?? signal}) before it was online.`)
    })
    const [message] = await Promise.race([once(child, 'message'), ended])
    ended.catch(() => {})
    return new WorkerProcess(child, message.online)
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  freeze(): void {
    this.#process.kill('SIGSTOP')
  }

  thaw(): void {
    this.#process.kill('SIGCONT')
  }

  async kill(): Promise<void> {
    if (!this.isRunning) return
    const exited = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await exited
  }

  /** Keeps the event loop of its application from doing anything. Resolves when it goes on. */
  async block(ms: number): Promise<void> {
    const unblocked = once(this.#process, 'message')
    this.#direct({ do: 'block', ms })
    await unblocked
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, 'exit')
    this.#direct({ do: 'stop' })
    await exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  #direct(direction: Direction): void {
    this.#process.send(direction)
  }
}

/** A frozen process ends with nobody, and would hold on to the output of the run: it is killed with its test. */
function boundToThisProcess(child: ChildProcess): void {
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  child.stderr?.pipe(process.stderr, { end: false })
}
