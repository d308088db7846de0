/** Longest text that an error repeats, in UTF-16 units. */
const SHOWN = 60

/** Control and format characters, line separators, lone surrogates: what a terminal would obey or not show. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** A text from outside as an error may repeat it on one line: cut to 60 characters, whatever is not seen escaped. */
export function showText(text: string): string {
  const start = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
  return start.replace(UNSEEN, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`)
}

/** Any value as an error may repeat it: a text in quotes, a primitive as it prints, or what kind of thing it is. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(showText(value)).replaceAll('\\\\u{', '\\u{')
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value === 'function') return 'a function'
  return typeof value === 'bigint' ? `${showText(String(value))}n` : showText(String(value))
}
