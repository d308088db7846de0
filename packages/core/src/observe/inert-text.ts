/**
 * What a terminal acts upon instead of showing it: control characters (with them every escape sequence), the marks
 * that turn the direction of text, line and paragraph separators, invisible characters, and lone surrogates.
 */
export const ACTIVE: RegExp =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The text on one line, with everything active written out: `\n`, `\x1b`, `\u202e`. Safe to print whoever wrote it. */
export function inertText(text: string): string {
  return text.replaceAll(ACTIVE, (character) => SHORT[character] ?? escaped(character.codePointAt(0) ?? 0))
}

/** As {@link inertText}, for a text whose own lines are to be kept. */
export function inertLines(text: string): string[] {
  return text.replaceAll('\t', '  ').split(/\r?\n/).map(inertText)
}

function escaped(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
}
