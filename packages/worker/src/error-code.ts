import type { ErrorCode, HotlineError } from '@hotline/core'

/** Whether it is an error of hotline with that code. Not by `instanceof`: a process may hold two copies of a package. */
export function isCode(error: unknown, code: ErrorCode): error is HotlineError {
  return error instanceof Error && 'code' in error && error.code === code
}
