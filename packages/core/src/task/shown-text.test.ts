import { describe, expect, it } from 'vitest'
import { showText, showValue } from './shown-text.ts'

describe('showText', () => {
  it('escapes what is not seen, and cuts at 60 characters', () => {
    expect(showText('a\n\u001b\u200b\u2028\ud800b')).toBe('a\\u{a}\\u{1b}\\u{200b}\\u{2028}\\u{d800}b')
    expect(showText('x'.repeat(61))).toBe(`${'x'.repeat(60)}…`)
    expect(showText('x'.repeat(60))).toBe('x'.repeat(60))
    expect(showText(`${'x'.repeat(59)}😀`)).toBe(`${'x'.repeat(59)}\\u{d83d}…`)
  })
})

describe('showValue', () => {
  it.each([
    ['text', '"text"'],
    ['say "hi"\n', '"say \\"hi\\"\\u{a}"'],
    [1.5, '1.5'],
    [-0, '0'],
    [7n, '7n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [[1], 'an object'],
    [{ a: 1 }, 'an object'],
    [(): void => undefined, 'a function'],
    [Object.create(null), 'an object'],
    [2n ** 400n, `${String(2n ** 400n).slice(0, 60)}…n`],
  ])('shows %s', (value, text) => {
    expect(showValue(value)).toBe(text)
  })

  it('shows a revoked proxy without touching it', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(showValue(proxy)).toBe('an object')
  })
})
