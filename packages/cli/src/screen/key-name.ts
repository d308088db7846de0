import type { Key } from 'ink'

/**
 * The names of what was typed, as `pressed` takes them. Keys that come together, as those that are pasted or typed while
 * the screen is busy do, are a key for each character.
 */
export function keyNames(input: string, key: Key): readonly string[] {
  if (key.ctrl) return input === 'c' ? ['interrupt'] : []
  const named = NAMES.find(([flag]) => key[flag] === true)
  if (named !== undefined) return [named[1]]
  // A terminal sends Alt with a key as it does Escape and the key in a hurry, and no key here wants Alt.
  if (key.meta) return ['escape', ...characters(input)]
  return characters(input)
}

function characters(input: string): string[] {
  return [...input].flatMap((character) =>
    /\p{Cc}/u.test(character) ? (CONTROLS[character] ?? []) : character,
  )
}

const CONTROLS: { readonly [character: string]: string } = {
  '\r': 'enter',
  '\n': 'enter',
  '\b': 'backspace',
  '\u007f': 'backspace',
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
