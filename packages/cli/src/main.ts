import { CALL_ERROR_CODES, JOB_ERROR_CODES, USAGE_ERROR_CODES } from '@hotline/core'
import { readCommandLine } from './command-line.ts'
import { COMMANDS } from './commands.ts'
import { EXIT, type Io, interruptedExit } from './io.ts'
import { helpOf } from './render/help.ts'
import { inertText } from './render/inert-text.ts'

const KNOWN_CODES: ReadonlySet<unknown> = new Set([
  ...USAGE_ERROR_CODES,
  ...JOB_ERROR_CODES,
  ...CALL_ERROR_CODES,
])

/**
 * Runs one command line, without the name of the program, and resolves with the exit code: 0 done, 1 failed, 2 not
 * understood, 130 ended by SIGINT, 143 by SIGTERM. Never rejects. Errors are told on `stderr` in one line each.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    const { command, operands, given } = readCommandLine(argv, COMMANDS)
    if (given.flag('help')) {
      await io.stdout.write(helpOf(command))
      return EXIT.ok
    }
    return await command.run({ io, operands, given, commands: COMMANDS })
  } catch (error) {
    // What was cut short by the user's own signal is no failure to tell of.
    if (io.signal.aborted) return interruptedExit(io.signal)
    await io.stderr.write(complaintAbout(error, argv.includes('--debug')))
    return codeOf(error) === 'INVALID_OPTION' ? EXIT.usage : EXIT.failed
  }
}

function complaintAbout(error: unknown, isDebug: boolean): string {
  const message = error instanceof Error ? error.message : String(error)
  const isExpected = KNOWN_CODES.has(codeOf(error))
  const name = error instanceof Error && !isExpected ? `${error.name}: ` : ''
  const advice = isExpected || isDebug ? '' : ' (add --debug to see where)'
  const stack = isDebug ? `${stackOf(error)}\n` : ''
  return `hotline: ${inertText(name + message)}${advice}\n${stack}`
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const lines = [error.stack ?? '', ...causes(error)].flatMap((text) => text.split('\n'))
  return lines.map((line) => inertText(line)).join('\n')
}

/** n.b. a chain of causes may be a circle. */
function causes(error: Error, seen: ReadonlySet<Error> = new Set([error])): string[] {
  const { cause } = error
  if (!(cause instanceof Error) || seen.has(cause)) return []
  return [`Caused by ${cause.stack}`, ...causes(cause, new Set([...seen, cause]))]
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
