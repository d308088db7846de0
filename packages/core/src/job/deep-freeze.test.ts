import { describe, expect, it } from 'vitest'
import { deepFreeze } from './deep-freeze.ts'

describe('deepFreeze', () => {
  it('freezes a value to its leaves and returns it', () => {
    const value = { rows: [{ when: { at: 1 } }], none: null }
    expect(deepFreeze(value)).toBe(value)
    for (const part of [value, value.rows, value.rows[0], value.rows[0]?.when])
      expect(part).toSatisfy(Object.isFrozen)
    expect(() => Object.assign(value.rows[0] ?? {}, { when: 2 })).toThrow(TypeError)
  })

  it('freezes what lies below an object that was frozen before', () => {
    const value = Object.freeze({ inner: { at: 1 } })
    expect(Object.isFrozen(deepFreeze(value).inner)).toBe(true)
  })

  it('takes data that contains itself, and nesting deeper than the stack', () => {
    const loop: unknown[] = []
    loop.push(loop)
    expect(Object.isFrozen(deepFreeze(loop))).toBe(true)
    let deep: unknown = 1
    for (let level = 0; level < 100_000; level++) deep = [deep]
    expect(Object.isFrozen(deepFreeze(deep))).toBe(true)
  })

  it('leaves buffers, which cannot be frozen, and values that are no objects', () => {
    const bytes = new Uint8Array(2)
    expect(deepFreeze({ bytes }).bytes).toSatisfy((held: object) => !Object.isFrozen(held))
    expect([deepFreeze(1), deepFreeze(null), deepFreeze(undefined)]).toEqual([1, null, undefined])
  })
})
