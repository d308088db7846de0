import { StringDecoder } from 'node:string_decoder'

const TAIL_LENGTH = 8192
const MAX_LINE = 8192

/** Cuts what a process writes into lines, and keeps the end of it. */
export class OutputLines {
  readonly #onLine: (line: string) => void
  readonly #decoder = new StringDecoder('utf8')
  #rest = ''
  #tail = ''

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  /** The last 8 KiB. */
  get tail(): string {
    return this.#tail
  }

  write(bytes: Buffer): void {
    const text = this.#decoder.write(bytes)
    this.#tail = (this.#tail + text).slice(-TAIL_LENGTH)
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#onLine(line.slice(0, MAX_LINE))
    if (this.#rest.length < MAX_LINE) return
    this.#onLine(this.#rest.slice(0, MAX_LINE))
    this.#rest = ''
  }

  /** What the process wrote after its last line end. */
  end(): void {
    if (this.#rest !== '') this.#onLine(this.#rest)
    this.#rest = ''
  }
}
