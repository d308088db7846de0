import type { JsonFlaw } from './json-flaw.ts'
import * as flaws from './json-flaw.ts'

/** What a walk allows, and how closely it looks. */
export interface JsonLimits {
  readonly maxBytes: number
  readonly maxDepth: number
  /** Whether to search strings and keys for lone surrogates, which costs a third of the walk. */
  readonly checkText: boolean
}

/** What ended a walk: a flaw and where it is, or more bytes than allowed (`bytes` when counting stopped). */
export type JsonFinding = { readonly path: string; readonly flaw: JsonFlaw } | { readonly bytes: number }

/**
 * Finds the first thing in a value that JSON would drop, change or refuse; undefined when JSON carries it whole.
 * Takes no more steps than a text of `maxBytes` has values, whatever the value, and never throws.
 */
export function walkJson(value: unknown, limits: JsonLimits): JsonFinding | undefined {
  const walk: Walk = { ...limits, bytes: 0 }
  const stop = visit(walk, value, 0)
  return stop === undefined ? undefined : findingOf(walk, stop)
}

/** `bytes` is at most the size of the text in UTF-8: it counts one byte per unit of text, and the punctuation. */
interface Walk extends JsonLimits {
  bytes: number
}

/** Where and why a walk stopped, and its way back to the root, innermost step first. */
interface Stop {
  readonly why: JsonFlaw | 'size' | 'depth'
  readonly value: unknown
  readonly way: Step[]
}

interface Step {
  readonly holder: object
  readonly key: string | number
}

type Plain = Readonly<Record<string, unknown>>

function visit(walk: Walk, value: unknown, depth: number): Stop | undefined {
  if (typeof value === 'string') {
    walk.bytes += value.length + 2
    return walk.checkText && !value.isWellFormed() ? stopAt(value, flaws.LONE_SURROGATE) : undefined
  }
  if (typeof value === 'number') {
    walk.bytes += 1
    return Number.isFinite(value) ? undefined : stopAt(value, flaws.flawOf(value))
  }
  if (value === null || typeof value === 'boolean') {
    walk.bytes += 4
    return undefined
  }
  return typeof value === 'object' ? enter(walk, value, depth + 1) : stopAt(value, flaws.flawOf(value))
}

function enter(walk: Walk, value: object, depth: number): Stop | undefined {
  if (depth > walk.maxDepth) return stopAt(value, 'depth')
  walk.bytes += 1
  try {
    if (isPlainArray(value)) return enterArray(walk, value, depth)
    return isPlain(value) ? enterObject(walk, value, depth) : stopAt(value, flaws.flawOf(value))
  } catch (cause) {
    return stopAt(value, flaws.unreadable(cause))
  }
}

function enterArray(walk: Walk, items: readonly unknown[], depth: number): Stop | undefined {
  if (flaws.hasToJson(items)) return stopAt(items, flaws.TO_JSON)
  for (let index = 0; index < items.length; index++) {
    if (walk.bytes > walk.maxBytes) return stopAt(items, 'size')
    const item = items[index]
    walk.bytes += 1
    const hole = item === undefined && !(index in items)
    const stop = hole ? stopAt(item, flaws.HOLE) : visit(walk, item, depth)
    if (stop !== undefined) return stepBack(stop, items, index)
  }
  return undefined
}

function enterObject(walk: Walk, holder: Plain, depth: number): Stop | undefined {
  if (typeof holder.toJSON === 'function') return stopAt(holder, flaws.TO_JSON)
  if (Object.getOwnPropertySymbols(holder).length > 0) return stopAt(holder, flaws.SYMBOL_KEY)
  let last: string | undefined
  try {
    // for-in, since Object.keys costs half the walk again; what it inherits from a polluted prototype is passed over.
    for (const key in holder) {
      if (walk.bytes > walk.maxBytes) return stopAt(holder, 'size')
      last = key
      const value = holder[key]
      if (value === undefined) continue
      walk.bytes += key.length + 4
      const flaw = flawOfKey(walk, key)
      const stop = flaw === undefined ? visit(walk, value, depth) : stopAt(key, flaw)
      if (stop !== undefined && Object.hasOwn(holder, key)) return stepBack(stop, holder, key)
    }
    return undefined
  } catch (cause) {
    const stop = stopAt(undefined, flaws.unreadable(cause))
    return last === undefined ? stop : stepBack(stop, holder, last)
  }
}

function flawOfKey(walk: Walk, key: string): JsonFlaw | undefined {
  if (key.length === 11 && key === 'constructor') return flaws.PROTOTYPE_KEY
  if (key.length === 9 && (key === '__proto__' || key === 'prototype')) return flaws.PROTOTYPE_KEY
  return walk.checkText && !key.isWellFormed() ? flaws.LONE_SURROGATE : undefined
}

/** The prototypes of other realms (node:vm, Jest) count as plain: theirs are the only arrays that are prototypes … */
function isPlainArray(value: object): value is readonly unknown[] {
  if (!Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Array.prototype || Array.isArray(prototype)
}

/** … and the only roots with the methods of Object. */
function isPlain(value: object): value is Plain {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return true
  if (typeof prototype !== 'object' || Object.getPrototypeOf(prototype) !== null) return false
  return Object.hasOwn(prototype, 'isPrototypeOf')
}

function stopAt(value: unknown, why: Stop['why']): Stop {
  return { why, value, way: [] }
}

function stepBack(stop: Stop, holder: object, key: string | number): Stop {
  stop.way.push({ holder, key })
  return stop
}

/** A cycle shows as too deep or too large: then some object on the way lies inside itself. */
function findingOf(walk: Walk, { why, value, way }: Stop): JsonFinding {
  const steps = way.toReversed()
  if (why !== 'size' && why !== 'depth') return { path: pathOf(steps), flaw: why }
  const objects = [...steps.map((step) => step.holder), value]
  const again = objects.findIndex((object, index) => objects.indexOf(object) < index)
  if (again >= 0) {
    const first = objects.indexOf(objects[again])
    return { path: pathOf(steps.slice(0, again)), flaw: flaws.cyclic(pathOf(steps.slice(0, first))) }
  }
  return why === 'size' ? { bytes: walk.bytes } : { path: pathOf(steps), flaw: flaws.tooDeep(walk.maxDepth) }
}

function pathOf(steps: readonly Step[]): string {
  return `$${steps.map(({ key }) => segment(key)).join('')}`
}

function segment(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`
  return /^[A-Za-z_$][\w$]{0,59}$/.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, 60))}]`
}
