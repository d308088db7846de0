import type { ErrorDocument } from './error-document.ts'

/** What an own property must not hide: the fields of the document, and what the language calls when it shows an error. */
const RESERVED: ReadonlySet<string> = new Set([
  'name',
  'message',
  'stack',
  'cause',
  'errors',
  'toString',
  'toJSON',
  'valueOf',
  'then',
  '__proto__',
  'constructor',
  'prototype',
])

/**
 * Makes an Error of a document, to be thrown or to serve as `cause`: the name, message, code and stack of where it was
 * thrown, its causes, its properties. With `errors` it is an AggregateError; other classes do not come back.
 */
export function reviveError(document: ErrorDocument): Error {
  const { name, message, stack, code, cause, errors, props = {} } = document
  const options = cause === undefined ? undefined : { cause: reviveError(cause) }
  const error =
    errors === undefined
      ? new Error(message, options)
      : new AggregateError(errors.map(reviveError), message, options)
  define(error, 'name', name, false)
  // The stack of this call would lead people astray.
  define(error, 'stack', stack ?? `${name}: ${message}`, false)
  for (const [key, value] of Object.entries(props)) if (!RESERVED.has(key)) define(error, key, value, true)
  if (code !== undefined) define(error, 'code', code, true)
  return error
}

function define(error: Error, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true })
}
