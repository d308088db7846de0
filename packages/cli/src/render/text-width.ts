/** How many cells of a terminal a text takes, and cutting to that measure. For texts without control characters. */

const PLAIN = /^[\x20-\x7e]*$/
const WIDE =
  /\p{Emoji_Presentation}|\ufe0f|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u
const graphemes = new Intl.Segmenter()

export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += cells(segment)
  return width
}

/** The text in at most `width` cells; if it had to be cut, it ends in `…`. */
export function cutText(text: string, width: number): string {
  if (text.length <= width && PLAIN.test(text)) return text
  if (textWidth(text) <= width) return text
  let kept = ''
  let used = 1
  for (const { segment } of graphemes.segment(text)) {
    used += cells(segment)
    if (used > width) break
    kept += segment
  }
  return width < 1 ? '' : `${kept}…`
}

export function padText(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}

function cells(grapheme: string): number {
  return WIDE.test(grapheme) ? 2 : 1
}
