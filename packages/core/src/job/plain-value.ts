import type { ByteBudget } from './byte-budget.ts'
import type { JsonValue } from './json.ts'
import { className, isErrorLike, isObject, safeItems, safely, safeRead, UNREADABLE } from './safe-read.ts'

type JsonObject = { readonly [key: string]: JsonValue }

/** Bounds of what an error may carry along: enough to read, too little to harm. */
const MOST_ENTRIES = 50
const MOST_ITEMS = 100
const DEEPEST = 5
const TEXT_BYTES = 8 * 1024
const KEY_BYTES = 128

/** Least room that an entry or item is begun with. */
const LEAST_ROOM = 256

/** What could change a prototype, or be called instead of read. */
const REFUSED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Longer numbers are named only: to write one out takes time that grows faster than its length. */
const LARGEST_SHOWN = 2n ** 1024n

/** Anything at all as plain JSON, to look at: bounded, without calling methods, and never throwing. */
export function plainValue(value: unknown, budget: ByteBudget, holders: readonly unknown[] = []): JsonValue {
  if (value === null || typeof value === 'boolean') {
    budget.spend('false'.length)
    return value
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    budget.spend(String(value).length)
    return value === 0 ? 0 : value
  }
  if (typeof value === 'object') return plainObject(value, budget, holders)
  return budget.take(primitiveText(value), TEXT_BYTES)
}

/** The enumerable properties of an object but those of `except`, each as {@link plainValue}. */
export function plainEntries(
  value: object,
  budget: ByteBudget,
  except: readonly string[] = [],
  holders: readonly unknown[] = [],
): JsonObject {
  const keys = safely(() => Object.keys(value))
  const entries: [string, JsonValue][] = []
  budget.spend('{}'.length)
  for (const key of keys === UNREADABLE ? [] : keys) {
    if (except.includes(key)) continue
    if (REFUSED_KEYS.has(key)) {
      budget.cut()
      continue
    }
    if (entries.length === MOST_ENTRIES || budget.left < LEAST_ROOM) {
      budget.cut()
      break
    }
    const held = safeRead(value, key)
    if (held === undefined) continue
    budget.spend(':,'.length)
    entries.push([budget.take(key, KEY_BYTES), plainValue(held, budget, [...holders, value])])
  }
  return Object.fromEntries(entries)
}

function plainObject(value: object, budget: ByteBudget, holders: readonly unknown[]): JsonValue {
  const take = (text: string) => budget.take(text, TEXT_BYTES)
  if (holders.includes(value)) return take('[circular]')
  const isArray = safely(() => Array.isArray(value))
  if (isArray === UNREADABLE) return take('[unreadable]')
  if (!isArray && !isPlain(value)) return take(instanceText(value))
  if (holders.length > DEEPEST) {
    budget.cut()
    return take(isArray ? '[array]' : '[object]')
  }
  return isArray ? plainItems(value, budget, holders) : plainEntries(value, budget, [], holders)
}

function plainItems(value: object, budget: ByteBudget, holders: readonly unknown[]): readonly JsonValue[] {
  const { items, isCut } = safeItems(value, MOST_ITEMS)
  const plain: JsonValue[] = []
  if (isCut) budget.cut()
  budget.spend('[]'.length)
  for (const item of items) {
    if (budget.left < LEAST_ROOM) {
      budget.cut()
      break
    }
    budget.spend(','.length)
    plain.push(plainValue(item, budget, [...holders, value]))
  }
  return plain
}

function isPlain(value: object): boolean {
  const prototype = safely((): unknown => Object.getPrototypeOf(value))
  if (!isObject(prototype)) return prototype === null
  return safely(() => Object.getPrototypeOf(prototype) === null) === true
}

function primitiveText(value: unknown): string {
  if (value === UNREADABLE) return '[unreadable]'
  if (typeof value === 'function') return `[function ${nameOf(value)}]`
  if (typeof value !== 'bigint') return String(value)
  return value < LARGEST_SHOWN && value > -LARGEST_SHOWN ? `${value}n` : '[bigint]'
}

function nameOf(value: unknown): string {
  const name = safeRead(value, 'name')
  return typeof name === 'string' && name !== '' ? name : '(anonymous)'
}

function instanceText(value: object): string {
  const time = safely(() => Date.prototype.toISOString.call(value))
  if (time !== UNREADABLE) return time
  if (isErrorLike(value)) return `${nameOf(value)}: ${String(safely(() => `${safeRead(value, 'message')}`))}`
  return `[${className(value) || 'object'}]`
}
