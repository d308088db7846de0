import type { ErrorDocument } from '@hotline/core'
import {
  BackpressureError,
  ClosedError,
  HandlersError,
  InvalidOptionError,
  LeaseLostError,
  PayloadTooLargeError,
  reviveError,
  TransportError,
} from '@hotline/core'

/** Those that a supervisor or its transport throws. Their facts are plain own properties, which travel in a document. */
const CLASSES: readonly { readonly name: string; readonly prototype: Error }[] = [
  BackpressureError,
  ClosedError,
  HandlersError,
  InvalidOptionError,
  LeaseLostError,
  PayloadTooLargeError,
  TransportError,
]

/** The error of another thread, in the class that it had there: its text, stack and facts, and its causes. */
export function revivedError(document: ErrorDocument): Error {
  const error = reviveError(document)
  const known = CLASSES.find(({ name }) => name === document.name)
  if (known !== undefined) Object.setPrototypeOf(error, known.prototype)
  return error
}
