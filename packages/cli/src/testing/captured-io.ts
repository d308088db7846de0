import type { Io, StopReason } from '../io.ts'
import { main } from '../main.ts'

/** What a test may choose of a command's surroundings. */
export interface Surroundings {
  readonly url?: string
  readonly env?: Readonly<Record<string, string>>
  readonly isTerminal?: boolean
  readonly columns?: number
}

/** A command that runs in this process, with what it wrote so far. */
export interface CapturedRun {
  readonly exit: Promise<number>
  readonly out: string
  readonly err: string
  /** Resolves when the output, or the errors, hold the text. */
  until(text: string): Promise<void>
  stop(reason?: StopReason): void
  hurry(): void
}

/** Starts `hotline <argv>` in this process. */
export function start(argv: readonly string[], surroundings: Surroundings = {}): CapturedRun {
  const { url, env = {}, isTerminal = false, columns = 100 } = surroundings
  const stop = new AbortController()
  const hurry = new AbortController()
  const written = { out: '', err: '' }
  const waiting = new Set<() => void>()
  const writer = (name: 'out' | 'err') => ({
    write: async (text: string) => {
      written[name] += text
      for (const look of waiting) look()
    },
  })
  const io: Io = {
    ...{ stdout: writer('out'), stderr: writer('err'), isTerminal, isStderrTerminal: isTerminal, columns },
    env: { ...(url === undefined ? {} : { HOTLINE_URL: url }), ...env },
    ...{ signal: stop.signal, hurry: hurry.signal },
  }
  const exit = main(argv, io)
  return {
    exit,
    get out() {
      return written.out
    },
    get err() {
      return written.err
    },
    until: (text) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = () => {
        if (written.out.includes(text) || written.err.includes(text)) resolve()
      }
      waiting.add(look)
      look()
      return promise
    },
    stop: (reason = 'SIGINT') => stop.abort(reason),
    hurry: () => hurry.abort('SIGINT'),
  }
}

/** Runs `hotline <argv>` in this process to its end. */
export async function run(
  argv: readonly string[],
  surroundings: Surroundings = {},
): Promise<{ readonly exit: number; readonly out: string; readonly err: string }> {
  const started = start(argv, surroundings)
  const exit = await started.exit
  return { exit, out: started.out, err: started.err }
}
