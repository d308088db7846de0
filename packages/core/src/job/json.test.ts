import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PayloadTooLargeError, SerializationError } from '../error.ts'
import { anything, carried, goodJson } from './arbitrary-json.fixture.ts'
import type { JsonOptions, JsonValue } from './json.ts'
import { decodeJson, encodeJson } from './json.ts'

const what = 'the input of task "integrate"'
const encode = (value: unknown, options: Partial<JsonOptions> = {}): string =>
  encodeJson(value, { what, ...options })
const decode = (text: string, options: Partial<JsonOptions> = {}): JsonValue =>
  decodeJson(text, { what, ...options })

/** What a call returns, or else what it throws. */
function outcomeOf(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}

function refusalOf(run: () => unknown): SerializationError {
  const outcome = outcomeOf(run)
  if (outcome instanceof SerializationError) return outcome
  throw new Error('not refused', { cause: outcome })
}

describe('encodeJson', () => {
  it('carries every value of JSON there and back', () => {
    fc.assert(
      fc.property(goodJson, (value) => {
        expect(decode(encode(value))).toEqual(value)
      }),
    )
  })

  it('carries a value whole or refuses it', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const text = outcomeOf(() => encode(value))
        if (text instanceof SerializationError) return
        expect(text).toBe(JSON.stringify(value))
        expect(carried(value, JSON.parse(String(text)))).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it.each<[string, unknown, path: string, text: string]>([
    ['undefined', undefined, '$', 'null'],
    ['NaN', { rows: [1, { ratio: Number.NaN }] }, '$.rows[1].ratio', 'NaN'],
    ['an infinity', [Number.NEGATIVE_INFINITY], '$[0]', '-Infinity'],
    ['a BigInt', { id: 1n }, '$.id', 'String(value)'],
    ['a Date', { rows: [0, 0, 0, { when: new Date(0) }] }, '$.rows[3].when', 'toISOString'],
    ['an invalid Date', new Date(Number.NaN), '$', 'toISOString'],
    ['a Map', { by: new Map() }, '$.by', 'Object.fromEntries'],
    ['a Set', { of: new Set() }, '$.of', '[...value]'],
    ['an Error', { reason: new TypeError('x') }, '$.reason', 'error.message'],
    ['a Promise', { later: Promise.resolve(1) }, '$.later', 'Await'],
    ['a URL', { at: new URL('https://example.org') }, '$.at', 'href'],
    ['a Buffer', { image: Buffer.from('x') }, '$.image', 'base64'],
    ['a typed array', { points: new Float64Array(2) }, '$.points', 'base64'],
    ['an ArrayBuffer', new ArrayBuffer(2), '$', 'base64'],
    ['a boxed number', { n: Object(1) }, '$.n', 'Number'],
    ['an instance', { who: new (class Person {})() }, '$.who', 'Person'],
    ['an array of a subclass', new (class Rows extends Array {})(), '$', 'Rows'],
    ['an object with a borrowed prototype', Object.create({ a: 1 }), '$', 'plain'],
    ['a function', { run: () => 1 }, '$.run', 'function'],
    ['a symbol', { kind: Symbol('x') }, '$.kind', 'symbol'],
    ['undefined in an array', [1, undefined], '$[1]', 'null'],
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
    ['a hole', [1, , 3], '$[1]', 'hole'],
    ['a huge hole', new Array(4_000_000_000), '$[0]', 'hole'],
    ['a symbol key', { a: { [Symbol('x')]: 1 } }, '$.a', 'symbol'],
    ['the key __proto__', JSON.parse('{"a":{"__proto__":{}}}'), '$.a.__proto__', 'another name'],
    ['the key constructor', { constructor: 1 }, '$.constructor', 'another name'],
    ['the key prototype', { prototype: 1 }, '$.prototype', 'another name'],
    ['a lone surrogate', { name: 'a\ud83d' }, '$.name', 'toWellFormed'],
    ['a lone surrogate in a key', { 'a\udc00': 1 }, '$["a\\udc00"]', 'surrogate'],
    ['a toJSON method', { toJSON: () => 1 }, '$', 'toJSON'],
    ['a hidden toJSON method', Object.defineProperty({}, 'toJSON', { value: () => 1 }), '$', 'toJSON'],
    ['a toJSON method of an array', Object.assign([1], { toJSON: () => 1 }), '$', 'toJSON'],
    ['a key with a space', { 'a b': { 'c"d': Number.NaN } }, '$["a b"]["c\\"d"]', 'NaN'],
  ])('refuses %s by its path, and says what to do', (_, value, path, text) => {
    const error = refusalOf(() => encode(value))
    expect(error.path).toBe(path)
    expect(error.message).toContain(text)
    expect(error.message).toContain(what)
    expect(error.code).toBe('NOT_SERIALIZABLE')
  })

  it('says what contains what in a cycle, not that it is deep or large', () => {
    const tree: Record<string, unknown> = { text: 'x'.repeat(200_000), child: { list: [] as unknown[] } }
    Object.assign(tree, { child: { list: [0, { up: tree }] } })
    const error = refusalOf(() => encode({ tree }))
    expect(error.path).toBe('$.tree.child.list[1].up')
    expect(error.message).toContain('the same object as $.tree,')
  })

  it('takes an object that appears twice without containing itself', () => {
    const shared = { a: 1 }
    expect(encode([shared, shared])).toBe('[{"a":1},{"a":1}]')
  })

  it('keeps the error of a getter or proxy as cause, with the path', () => {
    const failure = new Error('no such column')
    const broken = {
      get column(): never {
        throw failure
      },
    }
    const error = refusalOf(() => encode({ rows: [broken] }))
    expect(error.path).toBe('$.rows[0].column')
    expect(error.cause).toBe(failure)
  })

  it.each(['ownKeys', 'get', 'getPrototypeOf', 'getOwnPropertyDescriptor', 'has'] as const)(
    'takes or refuses a proxy whose %s trap throws, and throws nothing else',
    (trap) => {
      const failure = new Error('trap')
      const handler = {
        [trap]: () => {
          throw failure
        },
      }
      for (const [target, text] of [
        [{ b: 1 }, '[{"b":1}]'],
        [[1], '[[1]]'],
      ] as const) {
        const outcome = outcomeOf(() => encode([new Proxy(target, handler)]))
        if (outcome instanceof SerializationError) expect(outcome).toMatchObject({ cause: failure })
        else expect(outcome).toBe(text)
      }
    },
  )

  it('refuses a revoked proxy', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(refusalOf(() => encode([proxy])).path).toBe('$[0]')
  })

  it('refuses a value that reads differently the second time', () => {
    let reads = 0
    const shifty = {
      get n(): unknown {
        reads += 1
        return reads === 1 ? 1 : 1n
      },
    }
    expect(refusalOf(() => encode(shifty)).message).toContain('changed')
  })

  it('leaves out properties that are undefined, writes -0 as 0, and takes NUL', () => {
    expect(encode({ a: undefined, b: -0, c: '\0' })).toBe('{"b":0,"c":"\\u0000"}')
  })

  it('takes texts that look like escaped surrogates', () => {
    expect(decode(encode(['\\ud800', '\u{1f600}']))).toEqual(['\\ud800', '\u{1f600}'])
  })

  it('takes plain objects and arrays of another realm, and objects without prototype', () => {
    expect(encode(runInNewContext('({ a: [1, { b: 2 }] })'))).toBe('{"a":[1,{"b":2}]}')
    expect(encode(Object.assign(Object.create(null), { a: 1 }))).toBe('{"a":1}')
    expect(refusalOf(() => encode(runInNewContext('new Map()'))).message).toContain('Map')
  })

  it('does not see what others put on Object.prototype', () => {
    const name = 'hotlineTestPollution'
    Object.defineProperty(Object.prototype, name, { value: () => 1, enumerable: true, configurable: true })
    const outcome = outcomeOf(() => encode({ a: 1 }))
    Reflect.deleteProperty(Object.prototype, name)
    expect(outcome).toBe('{"a":1}')
  })

  it('takes 64 levels and refuses the 65th', () => {
    const nest = (levels: number): unknown => (levels === 0 ? 1 : [nest(levels - 1)])
    expect(encode(nest(64))).toHaveLength(129)
    const error = refusalOf(() => encode(nest(65)))
    expect(error.path).toBe(`$${'[0]'.repeat(64)}`)
    expect(error.message).toContain('64 levels')
    expect(refusalOf(() => encode({ a: {} }, { maxDepth: 1 })).path).toBe('$.a')
  })

  it('counts bytes of UTF-8, to the byte', () => {
    expect(encode('é'.repeat(100), { maxBytes: 202 })).toHaveLength(102)
    expect(() => encode('é'.repeat(100), { maxBytes: 201 })).toThrow(PayloadTooLargeError)
    expect(encode('x'.repeat(262_142))).toHaveLength(262_144)
    expect(() => encode('x'.repeat(262_143))).toThrow(PayloadTooLargeError)
  })

  it('never counts more bytes than the text has', () => {
    fc.assert(
      fc.property(goodJson, (value) => {
        const text = JSON.stringify(value)
        expect(encode(value, { maxBytes: Buffer.byteLength(text) })).toBe(text)
      }),
    )
  })

  it('stops counting early: a value of more than 2^50 bytes is refused at once', () => {
    let value: unknown = 'x'.repeat(1000)
    for (let level = 0; level < 40; level++) value = [value, value]
    const error = outcomeOf(() => encode(value))
    expect(error).toBeInstanceOf(PayloadTooLargeError)
    expect(error).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', limit: 262_144 })
    expect(error).toHaveProperty(
      'bytes',
      expect.toSatisfy((bytes: number) => bytes > 262_144 && bytes < 270_000),
    )
  })

  it('does not build the text of a value that is too large', () => {
    const numbers = new Array<number>(5_000_000).fill(0)
    expect(() => encode({ numbers })).toThrow(PayloadTooLargeError)
    expect(() => encode(['x'.repeat(300_000)])).toThrow(/takes 30000\d bytes or more, and 262144 are allowed/)
  })
})

describe('decodeJson', () => {
  it('decodes', () => {
    expect(decode(' {"a": [1, "x", null]} ')).toEqual({ a: [1, 'x', null] })
  })

  it('returns only what encodeJson takes, whatever the text', () => {
    const text = fc.oneof(
      fc.json(),
      fc.string(),
      anything.map((value) => String(outcomeOf(() => JSON.stringify(value)))),
    )
    fc.assert(
      fc.property(text, (given) => {
        const value = outcomeOf(() => decode(given))
        if (!(value instanceof SerializationError)) expect(JSON.parse(encode(value))).toEqual(value)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['nothing', '', '$', 'not valid JSON'],
    ['half a text', '{"secret":"hunter2', '$', 'not valid JSON'],
    ['__proto__', '{"a":[{"__proto__":{"admin":true}}]}', '$.a[0].__proto__', 'another name'],
    ['__proto__ in disguise', '{"\\u005f_proto__":1}', '$.__proto__', 'another name'],
    ['a number beyond all numbers', '{"n":1e999}', '$.n', 'Infinity'],
    ['an escaped lone surrogate', '["\\uD800"]', '$[0]', 'surrogate'],
    ['a lone surrogate', '["\ud800"]', '$[0]', 'surrogate'],
  ])('refuses %s', (_, text, path, problem) => {
    const error = refusalOf(() => decode(text))
    expect(error.path).toBe(path)
    expect(error.message).toContain(problem)
    expect(error.message).not.toContain('hunter2')
  })

  it('refuses deep nesting before it parses', () => {
    expect(refusalOf(() => decode('['.repeat(65))).message).toContain('64 levels')
    expect(refusalOf(() => decode('[{"a":'.repeat(40_000))).message).toContain('64 levels')
    expect(decode('['.repeat(64) + ']'.repeat(64))).toHaveLength(1)
  })

  it('does not take brackets in texts, or side by side, for nesting', () => {
    const brackets = ['['.repeat(100), `${'{'.repeat(100)}"\\`, ...Array.from({ length: 100 }, () => [{}])]
    expect(decode(JSON.stringify(brackets))).toEqual(brackets)
  })

  it('refuses a text that is too large before it parses', () => {
    expect(() => decode('['.repeat(262_145))).toThrow(PayloadTooLargeError)
    expect(() => decode('"éé"', { maxBytes: 5 })).toThrow(PayloadTooLargeError)
    expect(decode('"éé"', { maxBytes: 6 })).toBe('éé')
  })
})
