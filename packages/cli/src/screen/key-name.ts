import type { Key } from 'ink'

/** The names of what was typed, as `pressed` takes them. Pasted text is a key for each character. */
export function keyNames(input: string, key: Key): readonly string[] {
  if (key.ctrl) return input === 'c' ? ['interrupt'] : []
  if (key.meta && input !== '') return []
  const named = NAMES.find(([flag]) => key[flag] === true)
  if (named !== undefined) return [named[1]]
  return [...input].filter((character) => !/\p{Cc}/u.test(character))
}

const NAMES = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'g'],
  ['end', 'G'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
] as const satisfies readonly (readonly [keyof Key, string])[]
