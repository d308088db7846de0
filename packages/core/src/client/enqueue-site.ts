/** Deepest stack of the enqueuing code that is kept, in frames. */
const FRAMES = 8

/** The stack of whoever called `below`, as text. Frames of Node itself are left out. */
export function enqueueSite(below: (...args: never[]) => unknown): string | undefined {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = FRAMES
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, below)
  Error.stackTraceLimit = limit
  const frames = (holder.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at ') && !line.includes('(node:'))
  return frames.length === 0 ? undefined : frames.join('\n')
}
