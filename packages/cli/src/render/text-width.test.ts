import { expect, test } from 'vitest'
import { cutText, padText, textWidth } from './text-width.ts'

test('wide characters take two cells', () => {
  expect(['abc', '数字', '👩‍👩‍👧', 'é', 'e\u0301'].map(textWidth)).toEqual([3, 4, 2, 1, 1])
})

test('a text is cut to the cells there are', () => {
  expect(cutText('abcdef', 6)).toBe('abcdef')
  expect(cutText('abcdef', 4)).toBe('abc…')
  expect(cutText('数字数字', 5)).toBe('数字…')
  expect(cutText('数字数字', 4)).toBe('数…')
  expect(cutText('abc', 0)).toBe('')
  expect(cutText('abc', Number.POSITIVE_INFINITY)).toBe('abc')
})

test('a text is filled up to its cells', () => {
  expect(padText('数', 4)).toBe('数  ')
})
