/** What fast-check gives to the codec: what JSON carries, and anything at all. */
import fc from 'fast-check'
import type { JsonValue } from './json.ts'

const PROTOTYPE_KEYS = ['__proto__', 'constructor', 'prototype']
const goodKey = fc.string({ unit: 'binary' }).filter((key) => !PROTOTYPE_KEYS.includes(key))
const goodNumber = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n))
export const goodJson = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    goodNumber,
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(goodKey, tie('value'), { maxKeys: 5 }),
  ),
})).value

/** Anything at all: what JSON carries, what it drops, and what it changes. */
export const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withSparseArray: true,
  withTypedArray: true,
  withObjectString: true,
  withBoxedValues: true,
  key: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...PROTOTYPE_KEYS, '\ud800')),
})

/** Whether a value came back as it was: undefined properties and the sign of 0 aside. */
export function carried(value: unknown, back: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === back
  if (typeof back !== 'object' || back === null || Array.isArray(value) !== Array.isArray(back)) return false
  const given = Object.entries(value).filter(([, held]) => held !== undefined)
  const got = new Map<string, unknown>(Object.entries(back))
  return (
    given.length === got.size && given.every(([key, held]) => got.has(key) && carried(held, got.get(key)))
  )
}
