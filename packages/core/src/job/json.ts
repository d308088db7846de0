import { PayloadTooLargeError, SerializationError } from '../error.ts'
import type { JsonFlaw } from './json-flaw.ts'
import { CHANGED, tooDeep } from './json-flaw.ts'
import type { JsonLimits } from './json-walk.ts'
import { walkJson } from './json-walk.ts'

/** What JSON carries without changing it. Numbers are finite, texts well-formed Unicode. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** How {@link encodeJson} and {@link decodeJson} are bounded. */
export interface JsonOptions {
  /** What the value is, for the text of errors: `the input of task "integrate"`. */
  readonly what: string
  /** Most bytes of the text in UTF-8. Default 262144 (256 KiB). */
  readonly maxBytes?: number | undefined
  /** Most arrays and objects inside each other. Default 64, which every backend's parser takes. */
  readonly maxDepth?: number | undefined
}

const MAX_BYTES = 256 * 1024
const MAX_DEPTH = 64

/**
 * Encodes plain data as JSON, and refuses whatever would arrive as something else, by the path of the offending value:
 * NaN, infinities, BigInt, functions, symbols, holes and undefined in arrays, instances of classes (Date, Map, Set,
 * buffers …), `toJSON` methods, cycles, symbol keys, the keys `__proto__`, `constructor` and `prototype`, lone
 * surrogates, and getters or proxies that throw.
 *
 * As everywhere in JSON, a property that is undefined is left out, -0 becomes 0, and named properties of arrays and
 * properties that are not enumerable do not travel. NUL in a text does.
 *
 * @throws SerializationError with the path; PayloadTooLargeError before a text much larger than `maxBytes` is built
 */
export function encodeJson(value: unknown, options: JsonOptions): string {
  check(value, options, false)
  const text = stringify(value, options.what)
  // JSON.stringify writes a lone surrogate as \ud800 to \udfff. Looking for that once is cheaper than at every string.
  if (text.includes('\\ud')) check(value, options, true)
  checkSize(text, options)
  return text
}

/**
 * Decodes JSON that may come from anywhere. What it returns, {@link encodeJson} would take.
 *
 * @throws PayloadTooLargeError and SerializationError (too deep) before anything is parsed, SerializationError for the rest
 */
export function decodeJson(text: string, options: JsonOptions): JsonValue {
  checkSize(text, options)
  const { what, maxDepth = MAX_DEPTH } = options
  if (nestsDeeper(text, maxDepth)) throw refusal(what, '$', tooDeep(maxDepth))
  const value = parse(text, what)
  check(value, options, text.includes('\\u') || !text.isWellFormed())
  return value
}

function check(
  value: unknown,
  { what, maxBytes = MAX_BYTES, maxDepth = MAX_DEPTH }: JsonOptions,
  checkText: boolean,
) {
  const limits: JsonLimits = { maxBytes, maxDepth, checkText }
  const finding = walkJson(value, limits)
  if (finding === undefined) return
  if ('bytes' in finding) throw new PayloadTooLargeError({ what, bytes: finding.bytes, limit: maxBytes })
  throw refusal(what, finding.path, finding.flaw)
}

function checkSize(text: string, { what, maxBytes = MAX_BYTES }: JsonOptions): void {
  // One unit of UTF-16 takes 1 to 3 bytes of UTF-8, so most texts need no counting.
  if (text.length * 3 <= maxBytes) return
  const bytes = text.length > maxBytes ? text.length : Buffer.byteLength(text)
  if (bytes > maxBytes) throw new PayloadTooLargeError({ what, bytes, limit: maxBytes })
}

/** The walk has passed the value, so only one that reads differently the second time can fail here. */
function stringify(value: unknown, what: string): string {
  try {
    const text: string | undefined = JSON.stringify(value)
    if (text !== undefined) return text
  } catch (cause) {
    throw refusal(what, '$', { ...CHANGED, cause })
  }
  throw refusal(what, '$', CHANGED)
}

/** The engine's message is not passed on: it quotes the payload, which may be secret. */
function parse(text: string, what: string): JsonValue {
  try {
    return JSON.parse(text)
  } catch {
    throw refusal(what, '$', {
      problem: 'is not valid JSON',
      cure: 'Look for what wrote it, or for what cut it.',
    })
  }
}

/** Counts brackets outside of strings, without recursion and without parsing; most texts have too few to need it. */
function nestsDeeper(text: string, maxDepth: number): boolean {
  if (count(text, '[', maxDepth) + count(text, '{', maxDepth) <= maxDepth) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === QUOTE) at = endOfString(text, at)
    else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) depth++
    else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) depth--
    if (depth > maxDepth) return true
  }
  return false
}

function count(text: string, sign: string, enough: number): number {
  let found = 0
  for (let at = text.indexOf(sign); at >= 0 && found <= enough; at = text.indexOf(sign, at + 1)) found++
  return found
}

const [QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [
  0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d,
]

/** Where the string that opens at `start` closes; the end of the text when it does not. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === BACKSLASH) at++
    else if (unit === QUOTE) return at
  }
  return text.length
}

function refusal(what: string, path: string, { problem, cure, cause }: JsonFlaw): SerializationError {
  return new SerializationError({ what, path, problem, cure, cause })
}
