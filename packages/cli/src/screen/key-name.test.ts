import type { Key } from 'ink'
import { expect, test } from 'vitest'
import { keyNames } from './key-name.ts'

const NONE: Key = {
  ...{
    upArrow: false,
    downArrow: false,
    leftArrow: false,
    rightArrow: false,
    pageDown: false,
    pageUp: false,
  },
  ...{ home: false, end: false, return: false, escape: false, ctrl: false, shift: false, tab: false },
  ...{
    backspace: false,
    delete: false,
    meta: false,
    super: false,
    hyper: false,
    capsLock: false,
    numLock: false,
  },
}

test.each<[string, string, Partial<Key>, string[]]>([
  ['a character', 'j', {}, ['j']],
  ['an arrow', '', { downArrow: true }, ['down']],
  ['Enter', '\r', { return: true }, ['enter']],
  ['Ctrl-C, and no other with Ctrl', 'c', { ctrl: true }, ['interrupt']],
  ['Ctrl-K', 'k', { ctrl: true }, []],
  ['keys that came together', 'ab\rc\u007f', {}, ['a', 'b', 'enter', 'c', 'backspace']],
  ['Escape and a key in a hurry', 'p', { meta: true }, ['escape', 'p']],
  ['text beyond 16 bits', '数😀', {}, ['数', '😀']],
  ['what is pasted with controls in it', 'x\u0000\u001b', {}, ['x']],
])('%s', (_, input, key, names) => {
  expect(keyNames(input, { ...NONE, ...key })).toEqual(names)
})
