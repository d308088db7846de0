import { expect, test } from 'vitest'
import { paintFor, wantsColour } from './colour.ts'

test('a terminal is coloured, a pipe is not, and the environment decides otherwise', () => {
  expect(wantsColour({}, true)).toBe(true)
  expect(wantsColour({}, false)).toBe(false)
  expect(wantsColour({ NO_COLOR: '1' }, true)).toBe(false)
  expect(wantsColour({ NO_COLOR: '' }, true)).toBe(true)
  expect(wantsColour({ TERM: 'dumb' }, true)).toBe(false)
  expect(wantsColour({ FORCE_COLOR: '1' }, false)).toBe(true)
  expect(wantsColour({ FORCE_COLOR: '0' }, true)).toBe(false)
})

test('without colour the text is as it is', () => {
  expect(paintFor(false)('bad', 'x')).toBe('x')
  expect(paintFor(true)('bad', 'x')).toBe('\u001b[31mx\u001b[39m')
  expect(paintFor(true)('plain', 'x')).toBe('x')
})
