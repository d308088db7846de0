import type { ErrorDocument } from '@hotline/core'
import { inertLines } from './inert-text.ts'

/** An error as it was thrown in the worker: message, stack, then its causes and the errors within, indented. */
export function errorLines(error: ErrorDocument): string[] {
  const { cause, errors = [], props } = error
  return [
    ...inertLines(titleOf(error)),
    ...framesOf(error),
    ...(props === undefined || Object.keys(props).length === 0
      ? []
      : inertLines(`  with ${JSON.stringify(props)}`)),
    ...(error.truncated === true ? ['  (cut: it was too large to keep whole)'] : []),
    ...(cause === undefined ? [] : within('caused by ', cause)),
    ...errors.flatMap((inner) => within('and ', inner)),
  ]
}

function titleOf({ name, message }: ErrorDocument): string {
  return message === '' ? name : `${name}: ${message}`
}

/** The frames of the stack, without the title that stands above them as a rule. */
function framesOf({ stack }: ErrorDocument): string[] {
  if (stack === undefined) return []
  const frames = stack.search(/^\s+at /m)
  return frames < 0 ? [] : inertLines(stack.slice(frames).trimEnd()).map((line) => `    ${line.trim()}`)
}

function within(word: string, error: ErrorDocument): string[] {
  return errorLines(error).map((line, index) => `  ${index === 0 ? word : ''}${line}`)
}
