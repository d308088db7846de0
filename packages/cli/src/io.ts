/** Where a command writes. Resolves when the text has left this process, or the reader has. */
export interface Output {
  write(text: string): Promise<void>
}

/** A terminal that is drawn upon, and whose keys are read. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  /** Keeps what is written to `stderr` until the result is called: it would spoil the screen. */
  mute(): () => void
}

/** All that a command sees of its process, so that tests run it without one. */
export interface Io {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether people read `stdout`; then lines are coloured and cut to `columns`. */
  readonly isTerminal: boolean
  /** The same for `stderr`. */
  readonly isStderrTerminal: boolean
  /** Missing where either end is no terminal. */
  readonly terminal?: Terminal | undefined
  /** Width of the terminal, as it is now. */
  readonly columns: number
  /** Aborts when the command is to end; its reason is a {@link StopReason}, or anything for SIGINT. */
  readonly signal: AbortSignal
  /** Aborts when it was asked to end a second time. */
  readonly hurry: AbortSignal
}

/** `EPIPE`: whoever read our output has left, as `head` does. */
export type StopReason = 'SIGINT' | 'SIGTERM' | 'EPIPE'

/** What a process tells whoever started it. 128 + the number of the signal is the custom of shells. */
export const EXIT = { ok: 0, failed: 1, usage: 2, SIGINT: 130, SIGTERM: 143, EPIPE: 0 } as const

/** The exit code of a command that was asked to end before it was done. */
export function interruptedExit(signal: AbortSignal): number {
  const reason: unknown = signal.reason
  return reason === 'SIGTERM' || reason === 'EPIPE' ? EXIT[reason] : EXIT.SIGINT
}
