import { inspect } from 'node:util'
import { ByteBudget } from './byte-budget.ts'
import type { ErrorDocument } from './error-document.ts'
import type { ErrorFacts } from './error-facts.ts'
import { MOST_ERRORS } from './error-facts.ts'
import { plainEntries, plainValue } from './plain-value.ts'
import { className, isErrorLike, safeItems, safely, safeRead, UNREADABLE } from './safe-read.ts'
import { writeErrorDocument } from './write-error-document.ts'

/**
 * Describes whatever was thrown, and never throws itself. What is no error becomes one named `NonError` whose message
 * shows the value. Lone surrogates and NUL become U+FFFD.
 *
 * Bounds: 64 KiB of JSON in all, 8 KiB a text, 5 causes deep, 10 errors of an AggregateError; `truncated` tells where
 * something was left out. Own enumerable properties come along: a library that hangs secrets on its errors should be
 * kept from doing so.
 */
export function describeError(thrown: unknown): ErrorDocument {
  const document = safely(() => writeErrorDocument(thrown, factsOfThrown))
  if (document !== UNREADABLE) return document
  return { name: 'NonError', message: '(what was thrown could not be described)', truncated: true }
}

/** Reads what was thrown. */
function factsOfThrown(thrown: unknown): ErrorFacts {
  return isErrorLike(thrown) ? factsOfError(thrown) : factsOfNonError(thrown)
}

function factsOfError(error: unknown): ErrorFacts {
  const message = messageOf(error)
  const { errors, isCut } = errorsOf(error)
  const code = safeRead(error, 'code')
  const hasCode = typeof code === 'string'
  const except = [
    'name',
    'message',
    'stack',
    'cause',
    ...(hasCode ? ['code'] : []),
    ...(errors.length > 0 ? ['errors'] : []),
  ]
  return {
    name: nameOf(error),
    message,
    stack: stackOf(error, message),
    code: hasCode ? code : undefined,
    cause: safeRead(error, 'cause') ?? undefined,
    errors,
    holder: error,
    except,
    isTruncated: isCut,
  }
}

/** Reads a value that is no error, which JavaScript lets people throw all the same. */
export function factsOfNonError(value: unknown): ErrorFacts {
  const isPlainHolder = typeof value === 'object' && safely(() => Array.isArray(value)) === false
  return {
    name: 'NonError',
    message: rendered(value),
    stack: undefined,
    code: undefined,
    cause: undefined,
    errors: [],
    holder: isPlainHolder ? value : undefined,
    except: [],
    isTruncated: false,
  }
}

/** The name that the error gives itself; its class where that is the better one (`class DiskFull extends Error`). */
function nameOf(error: unknown): string {
  const given = safeRead(error, 'name')
  const made = className(error)
  const name = typeof given === 'string' ? given : ''
  if (name !== '' && name !== 'Error') return name
  return made === '' || made === 'Object' ? 'Error' : made
}

function messageOf(error: unknown): string {
  const message = safeRead(error, 'message') ?? ''
  return typeof message === 'string' ? message : rendered(message)
}

/** A long message leaves no room for the frames that follow it in the stack, so there it is cut. */
function stackOf(error: unknown, message: string): string | undefined {
  const stack = safeRead(error, 'stack')
  if (typeof stack !== 'string') return undefined
  const start = message.length > MESSAGE_IN_STACK ? stack.indexOf(message) : -1
  if (start < 0) return stack
  return `${stack.slice(0, start + MESSAGE_IN_STACK)}…${stack.slice(start + message.length)}`
}

const MESSAGE_IN_STACK = 1000

/** Other libraries have `errors` too, of other things: those stay among the properties. */
function errorsOf(error: unknown): { errors: readonly unknown[]; isCut: boolean } {
  const { items, isCut } = safeItems(safeRead(error, 'errors'), MOST_ERRORS)
  const isAggregate =
    safely(() => error instanceof AggregateError) === true || nameOf(error) === 'AggregateError'
  return isAggregate || items.every(isErrorLike) ? { errors: items, isCut } : { errors: [], isCut: false }
}

/** Longest rendering in bytes; with escapes it still fits in a message. */
const RENDERED_BYTES = 3 * 1024

/** A value as a person would write it. Inspects a plain copy alone, so no code of the value runs but its getters. */
function rendered(value: unknown): string {
  const budget = new ByteBudget(RENDERED_BYTES)
  const plain = plainValue(value, budget)
  if (typeof plain !== 'string' || typeof value === 'string') return inspect(plain, SHOWN)
  const entries = typeof value === 'object' && value !== null ? plainEntries(value, budget) : {}
  return Object.keys(entries).length === 0 ? plain : `${plain} ${inspect(entries, SHOWN)}`
}

const SHOWN = { depth: 10, breakLength: Number.POSITIVE_INFINITY, compact: true } as const
