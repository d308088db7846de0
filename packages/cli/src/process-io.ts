import { EXIT, type Io, type Output, type StopReason, type Terminal } from './io.ts'

/** The {@link Io} of this process. `release` gives its signals back, so that the process ends when nothing is left. */
export interface ProcessIo extends Io {
  release(): void
}

/**
 * The first SIGINT or SIGTERM asks the command to end, the second to hurry, the third ends the process. A reader of
 * our output that leaves, as `head` does, asks the command to end, too.
 */
export function processIo(): ProcessIo {
  const stop = new AbortController()
  const hurry = new AbortController()
  const onSignal = (name: 'SIGINT' | 'SIGTERM') => {
    if (hurry.signal.aborted) process.exit(EXIT[name])
    else if (stop.signal.aborted) hurry.abort(name satisfies StopReason)
    else stop.abort(name satisfies StopReason)
  }
  const onLeave = () => stop.abort('EPIPE' satisfies StopReason)
  // Listening for signals alone does not keep a process alive, and a command that waits may do nothing else.
  const stderr = new MutableOutput(outputOf(process.stderr, () => {}))
  const alive = setInterval(() => {}, 2 ** 30)
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  return {
    stdout: outputOf(process.stdout, onLeave),
    stderr,
    terminal: terminalOf(stderr),
    env: process.env,
    isTerminal: process.stdout.isTTY === true,
    isStderrTerminal: process.stderr.isTTY === true,
    get columns() {
      return process.stdout.columns || process.stderr.columns || 80 // n.b. some terminals say 0
    },
    signal: stop.signal,
    hurry: hurry.signal,
    release: () => {
      clearInterval(alive)
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    },
  }
}

function terminalOf(stderr: MutableOutput): Terminal | undefined {
  const { stdin, stdout } = process
  return stdin.isTTY && stdout.isTTY ? { stdin, stdout, mute: () => stderr.mute() } : undefined
}

/** An output that can be held back for a while. */
class MutableOutput implements Output {
  readonly #output: Output
  #opened: Promise<void> = Promise.resolve()

  constructor(output: Output) {
    this.#output = output
  }

  async write(text: string): Promise<void> {
    await this.#opened
    await this.#output.write(text)
  }

  mute(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#opened = promise
    return resolve
  }
}

function outputOf(stream: NodeJS.WriteStream, onLeave: () => void): Output {
  // Without a listener an EPIPE would end the process with a stack.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    onLeave()
  })
  return { write: (text) => new Promise((resolve) => stream.write(text, () => resolve())) }
}
