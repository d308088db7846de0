import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ErrorDocument } from './error-document.ts'
import { describeError, parseErrorDocument, reviveError } from './error-document.ts'
import { boom, brokenProxy, DiskFull, revokedProxy, withGetters } from './hostile-objects.fixture.ts'
import { encodeJson } from './json.ts'

/** What holds for the document of anything: bounded, plain, and unchanged by whoever takes it. */
function checked(thrown: unknown): ErrorDocument {
  const document = describeError(thrown)
  const text = encodeJson(document, { what: 'an error', maxBytes: 64 * 1024 })
  expect(text).not.toContain('\\u0000')
  expect(JSON.parse(text)).toEqual(document)
  expect(parseErrorDocument(JSON.parse(text))).toEqual(document)
  expect(reviveError(document)).toBeInstanceOf(Error)
  return document
}

describe('describeError', () => {
  it('keeps class, message, stack, code and own properties', () => {
    const error = new DiskFull('no space left')
    expect(checked(error)).toEqual({
      name: 'DiskFull',
      message: 'no space left',
      stack: error.stack,
      code: 'ENOSPC',
      props: { freeBytes: 12 },
    })
  })

  it('keeps the chain of causes', () => {
    const error = new Error('a', { cause: new TypeError('b', { cause: 'c' }) })
    expect(checked(error)).toMatchObject({
      name: 'Error',
      cause: { name: 'TypeError', message: 'b', cause: { name: 'NonError', message: "'c'" } },
    })
  })

  it('keeps the errors of an AggregateError, and a reason of it that is no error', () => {
    const document = checked(new AggregateError([new RangeError('a'), 'b'], 'all failed'))
    expect(document).toMatchObject({
      name: 'AggregateError',
      errors: [{ name: 'RangeError' }, { message: "'b'" }],
    })
    expect(document.props).toBeUndefined()
  })

  it('leaves the errors of other libraries among the properties, unless they are errors', () => {
    const issues = Object.assign(new Error('invalid'), { errors: [{ path: ['a'], issue: 'missing' }] })
    expect(checked(issues)).toMatchObject({ props: { errors: [{ path: ['a'], issue: 'missing' }] } })
    const several = Object.assign(new Error('several'), { errors: [new TypeError('a')] })
    expect(checked(several)).toMatchObject({ errors: [{ name: 'TypeError' }] })
  })

  it('knows an error of another realm, an abort and a numeric code', () => {
    expect(checked(runInNewContext("new RangeError('far')"))).toMatchObject({
      name: 'RangeError',
      message: 'far',
    })
    expect(checked(new DOMException('gone', 'AbortError'))).toMatchObject({
      name: 'AbortError',
      message: 'gone',
    })
    expect(checked(AbortSignal.abort().reason)).toMatchObject({ name: 'AbortError' })
    expect(checked(Object.assign(new Error('x'), { code: 7 }))).toMatchObject({ props: { code: 7 } })
  })

  it.each<[string, unknown, message: string]>([
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 42, '42'],
    ['NaN', Number.NaN, 'NaN'],
    ['a text', "it's", '"it\'s"'],
    ['nothing', '', "''"],
    ['true', true, 'true'],
    ['a BigInt', 7n, '7n'],
    ['a giant BigInt', 2n ** 100_000n, '[bigint]'],
    ['a symbol', Symbol('why'), 'Symbol(why)'],
    ['a function', function why(): void {}, '[function why]'],
    ['a class', class Why {}, '[function Why]'],
    ['an object', { code: 5, why: ['a', { b: undefined }] }, "{ code: 5, why: [ 'a', {} ] }"],
    ['an object without prototype', Object.assign(Object.create(null), { a: 1 }), '{ a: 1 }'],
    [
      'an instance',
      new (class Why {
        readonly a = 1
      })(),
      '[Why] { a: 1 }',
    ],
    ['a Date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a Map', new Map([[1, 2]]), '[Map]'],
    ['a Buffer', Buffer.from('secret').subarray(0, 0), '[Buffer]'],
    ['a Promise', Promise.resolve(), '[Promise]'],
    ['a getter that throws', withGetters({}), "name: '[unreadable]'"],
    ['an object with toString', { toString: boom, toJSON: boom, [Symbol.toPrimitive]: boom }, 'function'],
    ['an object with inspect', { [Symbol.for('nodejs.util.inspect.custom')]: boom }, '{}'],
  ])('describes %s that is thrown', (_, thrown, message) => {
    const document = checked(thrown)
    expect(document.name).toBe('NonError')
    expect(document.message).toContain(message)
    expect(document.stack).toBeUndefined()
  })

  it('describes a proxy that throws whatever is asked of it', () => {
    expect(checked(revokedProxy())).toEqual({ name: 'NonError', message: '[unreadable]' })
    expect(checked(brokenProxy({ a: 1 }))).toEqual({ name: 'NonError', message: '[object]' })
    expect(checked(brokenProxy([1]))).toEqual({ name: 'NonError', message: '[]' })
    expect(checked(brokenProxy(() => 1))).toEqual({ name: 'NonError', message: '[function (anonymous)]' })
  })

  it('survives an error whose every field throws, and says so', () => {
    expect(checked(withGetters(new Error('x')))).toMatchObject({
      name: 'Error',
      message: '[unreadable]',
      cause: { message: '[unreadable]' },
      props: { extra: '[unreadable]' },
    })
    expect(checked(brokenProxy(new Error('x'))).name).toBe('NonError')
  })

  it('survives fields of foreign types', () => {
    const odd = Object.assign(new Error('x'), {
      name: 5,
      message: { a: 1 },
      stack: [],
      code: {},
      cause: null,
    })
    expect(checked(odd)).toEqual({ name: 'Error', message: '{ a: 1 }', props: { code: {} } })
  })

  it('cuts a message of 50 MB with a mark, and keeps the frames of its stack', () => {
    const document = checked(new Error('x'.repeat(50_000_000)))
    expect(document.message).toMatch(/^x+… \[cut: 50000000 characters in all\]$/)
    expect(Buffer.byteLength(document.message)).toBeLessThanOrEqual(8 * 1024)
    expect(document.stack).toMatch(/x…\n {4}at .*describe-error\.test/)
    expect(document.truncated).toBe(true)
  })

  it.each([
    ['quotes', '"'],
    ['escapes', '\u0001'],
    ['NUL', '\0'],
    ['emoji', '😀'],
    ['lone surrogates', '\ud800'],
  ])('cuts a text of %s to 8 KiB of JSON', (_, sign) => {
    const { message } = checked(new Error(sign.repeat(100_000)))
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(8 * 1024 + 2)
    expect(Buffer.byteLength(JSON.stringify(message))).toBeGreaterThan(8 * 1024 - 8)
  })

  it('replaces lone surrogates and NUL wherever they are', () => {
    const error = Object.assign(new Error('a\0b\ud800'), { code: '\0', 'k\0': ['\udc00'] })
    expect(checked(error)).toMatchObject({
      message: 'a\ufffdb\ufffd',
      code: '\ufffd',
      props: { 'k\ufffd': ['\ufffd'] },
    })
  })

  it('ends a chain of causes that goes in a circle, and one that goes on', () => {
    const first = new Error('first')
    first.cause = new Error('second', { cause: first })
    expect(checked(first)).toMatchObject({
      truncated: true,
      cause: {
        message: 'second',
        cause: { name: 'Error', message: expect.stringContaining('circular'), truncated: true },
      },
    })
    let endless = new Error('0')
    for (let depth = 1; depth < 1000; depth++) endless = new Error(String(depth), { cause: endless })
    const messages: string[] = []
    for (let at: ErrorDocument | undefined = checked(endless); at !== undefined; at = at.cause)
      messages.push(at.message)
    expect(messages).toEqual(['999', '998', '997', '996', '995', '994'])
  })

  it('keeps ten errors of many, and a bounded part of a tree of them', () => {
    const many = (count: number, make: () => unknown): AggregateError =>
      new AggregateError(Array.from({ length: count }, make), 'many')
    const document = checked(many(1000, () => new Error('x')))
    expect([document.errors?.length, document.truncated]).toEqual([10, true])
    checked(many(12, () => many(12, () => many(12, () => new Error('y'.repeat(10_000))))))
  })

  it('bounds own properties of any kind', () => {
    const graph: Record<string, unknown> = {
      when: new Date(0),
      map: new Map(),
      reason: new TypeError('t'),
      big: 1n,
    }
    graph.self = graph
    graph.wide = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key${index}`, index]))
    graph.long = Array.from({ length: 5000 }, () => 'z'.repeat(1000))
    const document = checked(
      Object.assign(new Error('x'), { graph, run: boom, mark: Symbol('m'), not: Number.NaN }),
    )
    expect(document.truncated).toBe(true)
    expect(document.props).toMatchObject({
      graph: {
        when: '1970-01-01T00:00:00.000Z',
        map: '[Map]',
        reason: 'TypeError: t',
        big: '1n',
        self: '[circular]',
      },
    })
    expect(
      checked(Object.assign(new Error('x'), { run: boom, mark: Symbol('m'), not: Number.NaN })).props,
    ).toEqual({
      run: '[function boom]',
      mark: 'Symbol(m)',
      not: 'NaN',
    })
  })

  it('drops property names that could change a prototype', () => {
    const error = Object.assign(new Error('x'), JSON.parse('{"data":{"__proto__":{"admin":true},"a":1}}'))
    Object.defineProperty(error, '__proto__', { value: { admin: true }, enumerable: true })
    expect(checked(error)).toMatchObject({ props: { data: { a: 1 } }, truncated: true })
  })

  it('describes anything at all, thrown or hung on an error', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withNullPrototype: true,
      withSparseArray: true,
      maxDepth: 6,
    })
    fc.assert(
      fc.property(anything, fc.dictionary(fc.string({ unit: 'binary' }), anything), (thrown, props) => {
        checked(thrown)
        const error = new Error('x', { cause: thrown })
        for (const [key, value] of Object.entries(props))
          Object.defineProperty(error, key, { value, enumerable: true })
        checked(error)
      }),
      { numRuns: 500 },
    )
  })

  it('bounds and keeps stable whatever is large', () => {
    const text = fc.tuple(fc.constantFrom('a', '"', '\0', '😀', '\n'), fc.integer({ min: 0, max: 12_000 }))
    const large = text.map(([sign, count]) => sign.repeat(count))
    const errorOver = (below: fc.Arbitrary<Error>): fc.Arbitrary<Error> =>
      fc
        .tuple(
          large,
          large,
          fc.option(below),
          fc.array(below, { maxLength: 3 }),
          fc.dictionary(large, large, { maxKeys: 4 }),
        )
        .map(([name, message, cause, errors, props]) =>
          Object.assign(new AggregateError(errors, message, { cause }), { name, props }),
        )
    const leaf = large.map((message) => new Error(message))
    const tree = errorOver(errorOver(errorOver(leaf)))
    fc.assert(
      fc.property(tree, (error) => void checked(error)),
      { numRuns: 100 },
    )
  })
})
