import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseErrorDocument, reviveError } from './error-document.ts'
import { brokenProxy, revokedProxy, withGetters } from './hostile-objects.fixture.ts'
import { encodeJson } from './json.ts'

describe('parseErrorDocument', () => {
  it('takes fields of the right type and drops the rest', () => {
    expect(
      parseErrorDocument({
        name: 5,
        message: 'm',
        stack: {},
        code: 7,
        cause: { name: 'A', message: 'b' },
        errors: 'no',
        props: [],
        admin: true,
      }),
    ).toEqual({ name: 'Error', message: 'm', cause: { name: 'A', message: 'b' } })
  })

  it('survives anything', () => {
    for (const value of [
      undefined,
      null,
      5,
      'text',
      [],
      {},
      revokedProxy(),
      brokenProxy({}),
      withGetters({}),
    ]) {
      const document = parseErrorDocument(value)
      expect([typeof document.name, typeof document.message]).toEqual(['string', 'string'])
      expect(parseErrorDocument(document)).toEqual(document)
    }
  })

  it('bounds what it is given: depth, width and bytes', () => {
    let chain: unknown = { name: 'end', message: '' }
    for (let depth = 0; depth < 10_000; depth++)
      chain = { name: 'E', message: 'x'.repeat(10_000), cause: chain }
    const wide = {
      name: 'E',
      message: '',
      errors: Array.from({ length: 10_000 }, () => chain),
      props: { text: 'y'.repeat(1e6) },
    }
    const document = parseErrorDocument(wide)
    expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThanOrEqual(64 * 1024)
    expect(parseErrorDocument(document)).toEqual(document)
  })

  it('makes a document of any JSON, once and for all', () => {
    const field = fc.constantFrom(
      'name',
      'message',
      'stack',
      'code',
      'cause',
      'errors',
      'props',
      'truncated',
      '__proto__',
    )
    const over = (below: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
      fc.oneof(fc.array(below, { maxLength: 4 }), fc.dictionary(field, below, { maxKeys: 6 }))
    const node = over(over(over(fc.jsonValue())))
    fc.assert(
      fc.property(node, (value) => {
        const document = parseErrorDocument(value)
        expect(parseErrorDocument(JSON.parse(encodeJson(document, { what: 'an error' })))).toEqual(document)
        expect(reviveError(document).message).toBe(document.message)
      }),
    )
  })
})
