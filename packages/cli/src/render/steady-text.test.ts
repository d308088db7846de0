import { expect, test } from 'vitest'
import { steadied, steadyText } from './steady-text.ts'
import { textWidth } from './text-width.ts'

test.each([
  ['what a terminal would act upon is written out', 'a\u001b[31m\u202e', 'a\\x1b[31m\\u202e'],
  ['joiners and selectors, which terminals count each in its own way', '👩\u200d👧 ❤\ufe0f', '👩·👧 ❤·'],
  ['flags and skin tones', '🇩🇪 👍🏽', '·· 👍·'],
  ['two marks on a letter stay', 'e\u0301\u0302\u0303\u0304', 'e\u0301\u0302'],
  ['marks without a letter get one', '\u0301\u0301 \u0301x', '·\u0301 ·x'],
  ['fillers that show nothing', 'a\u3164\u00adb', 'a··b'],
  ['letters of any script stay as they are', 'שלום 数字 नमस्ते', 'שלום 数字 नमस्ते'],
])('%s', (_, text, shown) => {
  expect(steadyText(text)).toBe(shown)
  expect(textWidth(shown)).toBeGreaterThan(0)
})

test('colours are left as they are', () => {
  expect(steadied('\u001b[31mred\u001b[39m')).toBe('\u001b[31mred\u001b[39m')
})
