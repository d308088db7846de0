/** Why JSON cannot carry a value as it is, and what to do about it. */
export interface JsonFlaw {
  /** What the value is, after its path: `is a Date`. */
  readonly problem: string
  readonly cure: string
  readonly cause?: unknown
}

type Kind = readonly [problem: string, cure: string]

const NUMBER_CURE = 'Give a finite number, or null where there is none.'

/** Values of these types are refused whatever they hold. */
const BY_TYPE: { readonly [type: string]: Kind } = {
  undefined: ['is undefined', 'Give null where there is no value, or leave the property out.'],
  bigint: ['is a BigInt', 'Convert it with String(value), and back with BigInt(text).'],
  function: ['is a function', 'Leave it out: code does not travel, only data does.'],
  symbol: ['is a symbol', 'Give a string instead.'],
}

/** Classes that people put into payloads, by `Object.prototype.toString`, which sees through realms. */
const BY_TAG: { readonly [tag: string]: Kind } = {
  Date: ['is a Date', 'Convert it with value.toISOString(), and back with new Date(text).'],
  Map: ['is a Map', 'Convert it with Object.fromEntries(value) or [...value].'],
  Set: ['is a Set', 'Convert it with [...value].'],
  Error: ['is an Error', 'Give the texts that matter, such as error.message.'],
  Promise: ['is a Promise', 'Await it first.'],
  RegExp: ['is a RegExp', 'Give its source and flags as strings.'],
  URL: ['is a URL', 'Convert it with value.href.'],
  ArrayBuffer: ['is an ArrayBuffer', "Convert it with Buffer.from(value).toString('base64')."],
}

const BYTES: Kind = [
  'is binary data',
  "Convert it with Buffer.from(value).toString('base64'), or pass an address.",
]

/** Explains a value that is of no JSON type. Asks an object for its class, so a Proxy may make it throw. */
export function flawOf(value: unknown): JsonFlaw {
  if (typeof value === 'number') return { problem: `is ${value}`, cure: NUMBER_CURE }
  const [problem, cure] = BY_TYPE[typeof value] ?? kindOf(value)
  return { problem, cure }
}

function kindOf(value: unknown): Kind {
  if (ArrayBuffer.isView(value)) return BYTES
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1)
  return (Object.hasOwn(BY_TAG, tag) ? BY_TAG[tag] : undefined) ?? instanceOf(value)
}

function instanceOf(value: unknown): Kind {
  const maker: unknown = typeof value === 'object' ? value?.constructor : undefined
  const name = typeof maker === 'function' ? String(maker.name).slice(0, 60) : ''
  const cure = hasToJson(value) ? TO_JSON.cure : 'Convert it to plain data, such as { ...value }.'
  return [`is an instance of ${name || 'a class'}, neither a plain object nor an array`, cure]
}

/** Whether JSON.stringify would call a method of the value instead of reading it. */
export function hasToJson(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function'
  )
}

export const HOLE: JsonFlaw = {
  problem: 'is a hole in an array',
  cure: 'Fill the array, with null where there is no value.',
}

export const TO_JSON: JsonFlaw = {
  problem: 'has a toJSON method',
  cure: 'Call it yourself and give what it returns.',
}

export const SYMBOL_KEY: JsonFlaw = {
  problem: 'has a property named by a symbol',
  cure: 'Name the property by a string, or leave it out.',
}

export const PROTOTYPE_KEY: JsonFlaw = {
  problem: 'is a name that could change the prototype of an object',
  cure: 'Choose another name for the property.',
}

export const LONE_SURROGATE: JsonFlaw = {
  problem: 'holds half of a surrogate pair, which is no text',
  cure: 'Mend the text, for instance with value.toWellFormed().',
}

export const CHANGED: JsonFlaw = {
  problem: 'changed while it was being read',
  cure: 'Give plain data without getters and proxies.',
}

/** A getter or a trap of a Proxy that threw. */
export function unreadable(cause: unknown): JsonFlaw {
  return {
    problem: 'could not be read: it threw',
    cure: 'See the cause, or give plain data without getters and proxies.',
    cause,
  }
}

/** A value nested deeper than allowed. */
export function tooDeep(maxDepth: number): JsonFlaw {
  return {
    problem: `lies deeper than ${maxDepth} levels`,
    cure: 'Flatten the value, or store it elsewhere and pass its address.',
  }
}

/** A value that contains itself. */
export function cyclic(path: string): JsonFlaw {
  return {
    problem: `is the same object as ${path}, which contains it`,
    cure: 'Break the cycle, for instance by an id.',
  }
}
