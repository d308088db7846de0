import { MAX_LINE_LENGTH, MAX_LINES } from './message.ts'

/** Lines wait this long for others. */
export const LOG_EVERY_MS = 250

/** Sends lines on. A promise of `false` says that they were not stored; then the next ones count them as dropped. */
export type SendLines = (lines: readonly string[], dropped: number) => Promise<boolean> | undefined

/** Merges the lines of 250 ms, at most 100; what is beyond is counted, not kept. */
export class LogBatch {
  readonly #send: SendLines
  #lines: string[] = []
  #dropped = 0
  #since = 0
  #sending: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(send: SendLines) {
    this.#send = send
  }

  add(lines: readonly string[], dropped = 0): void {
    if (this.#lines.length === 0) this.#since = performance.now()
    const room = MAX_LINES - this.#lines.length
    this.#lines.push(...lines.slice(0, room).map(cut))
    this.#dropped += dropped + Math.max(0, lines.length - room)
    this.#schedule()
  }

  /** Sends what is left, at once where nothing is under way, and waits until it is stored or dropped. */
  async flush(): Promise<void> {
    if (this.#sending !== undefined) await this.#sending
    this.#pass()
    if (this.#sending !== undefined) await this.#sending
    clearTimeout(this.#timer)
  }

  #schedule(): void {
    if (this.#sending !== undefined) return
    const wait = this.#since + LOG_EVERY_MS - performance.now()
    if (wait <= 0) this.#pass()
    else this.#timer ??= setTimeout(() => this.#pass(), wait).unref()
  }

  #pass(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#lines.length === 0) return
    const lines = this.#lines
    const dropped = this.#dropped
    this.#lines = []
    this.#dropped = 0
    this.#sending = this.#send(lines, dropped)?.then((isStored) => {
      this.#sending = undefined
      if (!isStored) this.#dropped += dropped + lines.length
      if (this.#lines.length > 0) this.#schedule()
    })
  }
}

function cut(line: string): string {
  return line.length <= MAX_LINE_LENGTH ? line : `${line.slice(0, MAX_LINE_LENGTH - 1)}…`
}
