import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inertLines, inertText } from './inert-text.ts'

test('what would act on a terminal is written out', () => {
  expect(inertText('a\u001b[31mred\u001b[0m')).toBe('a\\x1b[31mred\\x1b[0m')
  expect(inertText('\u009b2J \u0007 \u007f \r\n\t')).toBe('\\x9b2J \\x07 \\x7f \\r\\n\\t')
  expect(inertText('evil\u202egpj.exe\u2066')).toBe('evil\\u202egpj.exe\\u2066')
  expect(inertText('a\u2028b\ud800c\u{e0041}')).toBe('a\\u2028b\\ud800c\\u{e0041}')
})

test('what people write stays as it is', () => {
  for (const text of ['naïve', '数字', '👩‍👩‍👧', 'a "b" \\ c', 'שלום']) expect(inertText(text)).toBe(text)
})

test('no text leaves anything active', () => {
  const active = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u
  const text = fc.string({ unit: 'binary', maxLength: 200 })
  fc.assert(fc.property(text, (given) => !active.test(inertText(given))))
})

test('lines of a text are kept apart', () => {
  expect(inertLines('a\n\tat b\r\nc\u001b')).toEqual(['a', '  at b', 'c\\x1b'])
})
