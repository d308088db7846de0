import { factsOfNonError } from './describe-error.ts'
import type { ErrorFacts } from './error-facts.ts'
import { MOST_ERRORS } from './error-facts.ts'
import type { JsonValue } from './json.ts'
import { safeItems, safely, safeRead, UNREADABLE } from './safe-read.ts'
import { writeErrorDocument } from './write-error-document.ts'

export { describeError } from './describe-error.ts'
export { reviveError } from './revive-error.ts'

/** An error as it travels and is stored: plain JSON of at most 64 KiB. */
export interface ErrorDocument {
  /** The name of its class; `NonError` when something else was thrown. */
  readonly name: string
  readonly message: string
  readonly stack?: string
  /** Its `code`, where that is a text; a number stays among `props`. */
  readonly code?: string
  readonly cause?: ErrorDocument
  /** Of an AggregateError, at most 10. */
  readonly errors?: readonly ErrorDocument[]
  /** Its other own enumerable properties, as far as JSON can show them. */
  readonly props?: { readonly [key: string]: JsonValue }
  /** Present where something of this error, or of one below it, was left out. */
  readonly truncated?: true
}

/**
 * Takes a document from outside for what it can be: wrong fields fall away, everything is bounded as `describeError`
 * bounds it, whose documents pass unchanged. Never throws.
 */
export function parseErrorDocument(value: unknown): ErrorDocument {
  const document = safely(() => writeErrorDocument(value, factsOfDocument))
  return document === UNREADABLE ? { name: 'Error', message: '', truncated: true } : document
}

function factsOfDocument(value: unknown): ErrorFacts {
  if (typeof value !== 'object' || value === null) return factsOfNonError(value)
  const { items, isCut } = safeItems(safeRead(value, 'errors'), MOST_ERRORS)
  return {
    name: textOf(value, 'name') || 'Error',
    message: textOf(value, 'message') ?? '',
    stack: textOf(value, 'stack'),
    code: textOf(value, 'code'),
    cause: safeRead(value, 'cause') ?? undefined,
    errors: items,
    holder: safeRead(value, 'props'),
    except: [],
    isTruncated: isCut || safeRead(value, 'truncated') === true,
  }
}

function textOf(value: object, key: string): string | undefined {
  const text = safeRead(value, key)
  return typeof text === 'string' ? text : undefined
}
