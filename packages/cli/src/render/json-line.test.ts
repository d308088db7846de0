import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonLine } from './json-line.ts'

test('it parses back to the same, and nothing in it acts on a terminal', () => {
  const text = fc.string({ unit: 'binary', maxLength: 100 })
  fc.assert(
    fc.property(fc.dictionary(text, text), (value) => {
      const line = jsonLine(value)
      expect(JSON.parse(line)).toEqual(value)
      expect(line.trimEnd()).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u)
    }),
  )
  expect(jsonLine('\u009b\u202e\u{e0041}')).toBe('"\\u009b\\u202e\\udb40\\udc41"\n')
})
