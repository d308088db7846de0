import type { Io } from './io.ts'
import { inertText } from './render/inert-text.ts'

/** Tells the warnings of the process in a line each, in place of Node's way; those about Node's own youth are left out. */
export function tellWarnings({ stderr }: Io): void {
  process.removeAllListeners('warning')
  process.on('warning', ({ name, message, cause }) => {
    if (name === 'ExperimentalWarning') return
    const reason = cause instanceof Error ? ` (${cause.message})` : ''
    void stderr.write(`hotline: ${inertText(message + reason)}\n`)
  })
}
