import { inertText } from './inert-text.ts'

/**
 * Joiners, variation selectors, skin tones, letters of flags, fillers: terminals disagree on how many cells a text with
 * them takes.
 */
const UNSTEADY =
  /[\u00ad\u115f\u1160\u180e\u3164\uffa0\u{1f1e6}-\u{1f1ff}\u{1f3fb}-\u{1f3ff}]|\u034f|\u200c|\u200d|[\u180b-\u180d]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu
/** A mark without a letter before it would sit on what is not its own. */
const LONE_MARK = /(?<![\p{L}\p{N}\p{P}\p{S}\p{M}])\p{M}/gu
const MANY_MARKS = /(\p{M}{2})\p{M}+/gu

/**
 * As `inertText`, for a place on a screen: the text takes as many cells as `textWidth` says, in any terminal. What could
 * take another number is shown as `·`, and of many marks on one letter two are left.
 */
export function steadyText(text: string): string {
  return steadied(inertText(text))
}

/** The same for a text that is inert already, and may be coloured. */
export function steadied(text: string): string {
  return text.replaceAll(UNSTEADY, '·').replaceAll(LONE_MARK, '·').replaceAll(MANY_MARKS, '$1')
}
