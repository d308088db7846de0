import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** Long enough for a machine that has much else to do. */
const LIMIT_MS = 60_000

/** A program in a terminal of tmux: a server of its own, which ends with it. */
export class Terminal implements AsyncDisposable {
  readonly #socket: string

  private constructor(socket: string) {
    this.#socket = socket
  }

  /** Starts a shell command in a terminal of so many cells. */
  static async start(
    command: string,
    { width, height, env = {} }: { width: number; height: number; env?: Readonly<Record<string, string>> },
  ): Promise<Terminal> {
    const terminal = new Terminal(`hotline-${process.pid}-${Math.random().toString(36).slice(2)}`)
    const given = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`])
    const size = ['-x', String(width), '-y', String(height)]
    await terminal.#tmux('-f', '/dev/null', 'new-session', '-d', ...size, ...given, command)
    return terminal
  }

  /** Presses keys by their tmux names, such as `Enter`, one after the other. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys)
  }

  /** Types a text as it is. */
  async type(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', text)
  }

  async resize(width: number, height: number): Promise<void> {
    await this.#tmux('resize-window', '-x', String(width), '-y', String(height))
  }

  /** What is on the glass, a line each; with `isColoured` as the terminal was told to colour it. */
  async lines({ isColoured = false }: { isColoured?: boolean } = {}): Promise<string[]> {
    const { stdout } = await this.#tmux('capture-pane', '-p', ...(isColoured ? ['-e'] : []))
    return stdout.replace(/\n$/, '').split('\n')
  }

  /** Resolves with the screen once it has the text. Rejects with what it has instead. */
  async until(wanted: string | RegExp): Promise<string> {
    return this.untilSo(
      (text) => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)),
      String(wanted),
    )
  }

  async untilSo(isSo: (text: string) => boolean, what: string): Promise<string> {
    const giveUp = Date.now() + LIMIT_MS
    for (;;) {
      const text = (await this.lines()).join('\n')
      if (isSo(text)) return text
      if (Date.now() > giveUp) throw new Error(`Not within ${LIMIT_MS} ms: ${what}\n${text}`)
      await sleep(40)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux('kill-server').catch(() => {}) // it may have ended by itself
  }

  #tmux(...args: readonly string[]): Promise<{ readonly stdout: string }> {
    return run('tmux', ['-L', this.#socket, ...args])
  }
}
