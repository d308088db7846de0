import type { Logger } from '@hotline/core'
import { describeError } from '@hotline/core'
import type { Tally } from './tally.ts'
import type { LineFromThread } from './thread-message.ts'

/** Lines that may wait for an application that does not turn its loop. Those beyond are dropped, and counted. */
const MOST_UNREAD = 10_000

/** Sends what a supervisor logs, and what its handlers print, to the application's thread. */
export class PostedLines {
  readonly logger: Logger = {
    debug: (facts, message) => this.#log('debug', facts, message),
    info: (facts, message) => this.#log('info', facts, message),
    warn: (facts, message) => this.#log('warn', facts, message),
    error: (facts, message) => this.#log('error', facts, message),
  }
  readonly #tally: Tally
  readonly #post: (message: LineFromThread) => void
  #dropped = 0

  constructor(tally: Tally, post: (message: LineFromThread) => void) {
    this.#tally = tally
    this.#post = post
  }

  print(line: string, stream: 'stdout' | 'stderr', pid: number): void {
    this.#send({ type: 'printed', line, stream, pid })
  }

  #log(level: keyof Logger, given: object, message: string): void {
    const entries = Object.entries(given)
    const facts = Object.fromEntries(entries.filter(([, value]) => !(value instanceof Error)))
    const errors = entries.flatMap(([name, value]) =>
      value instanceof Error ? [[name, describeError(value)] as const] : [],
    )
    this.#send({ type: 'logged', level, facts, errors, message })
  }

  #send(line: LineFromThread): void {
    if (this.#tally.unread >= MOST_UNREAD) {
      this.#dropped += 1
      return
    }
    const dropped = this.#dropped
    this.#dropped = 0
    if (dropped > 0)
      this.#log('warn', { dropped }, 'the application did not read its lines in time; some were dropped')
    this.#tally.sent()
    this.#post(line)
  }
}
