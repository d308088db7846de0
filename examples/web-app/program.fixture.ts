import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const LIMIT_MS = 20_000

/** A program of this example, as a user starts it. */
export class Program implements AsyncDisposable {
  /** The first line that it printed. */
  readonly said: string
  readonly #process: ChildProcess

  private constructor(child: ChildProcess, said: string) {
    this.#process = child
    this.said = said
  }

  /** Resolves when it says that it is ready. */
  static async start(file: string, ...args: string[]): Promise<Program> {
    const main = fileURLToPath(new URL(file, import.meta.url))
    const argv = ['--conditions=@hotline/source', main, ...args]
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(createInterface(child.stdout), 'line', {
      signal: AbortSignal.timeout(LIMIT_MS),
    })
    return new Program(child, String(line))
  }

  /** Where its server listens. */
  get base(): string {
    return /http:\/\/[\d.:]+/.exec(this.said)?.[0] ?? ''
  }

  /** Resolves with the exit code. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const { exitCode, signalCode } = this.#process
    if (exitCode !== null || signalCode !== null) return exitCode
    const exited = once(this.#process, 'exit', { signal: AbortSignal.timeout(LIMIT_MS) })
    this.#process.kill(signal)
    const [code] = await exited
    return code
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL')
  }
}
