import type { Logger } from '@hotline/worker'
import type { Io } from './io.ts'
import { inertText } from './render/inert-text.ts'

/** Writes what a worker has to say to `stderr`: warnings and errors, and the lines that handlers print. */
export function workerLogger({ stderr }: Io): Logger {
  const write = (facts: object, message: string) => {
    const place = 'stream' in facts && 'pid' in facts ? `[${String(facts.pid)}] ` : 'hotline: '
    const reason = 'err' in facts && facts.err instanceof Error ? ` (${facts.err.message})` : ''
    void stderr.write(`${place}${inertText(message + reason)}\n`)
  }
  const writeLines = (facts: object, message: string) => {
    if ('stream' in facts) write(facts, message)
  }
  return { debug: () => {}, info: writeLines, warn: write, error: write }
}
