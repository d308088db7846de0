/**
 * Bytes of JSON that may still be written. Every text goes through here: cleaned of what backends refuse, cut to what
 * is left, and counted.
 */
export class ByteBudget {
  #left: number
  #cuts = 0

  constructor(bytes: number) {
    this.#left = bytes
  }

  get left(): number {
    return this.#left
  }

  /** How often something did not fit. */
  get cuts(): number {
    return this.#cuts
  }

  /** Counts punctuation, numbers and the like. */
  spend(bytes: number): void {
    this.#left = Math.max(0, this.#left - bytes)
  }

  /** Notes that something was left out. */
  cut(): void {
    this.#cuts += 1
  }

  /** The text, or as much of it as fits in `most` bytes and in what is left, with a mark that tells its length. */
  take(text: string, most: number): string {
    const room = Math.min(most, this.#left - QUOTES)
    const taken = cutText(text, room)
    if (taken.isCut) this.#cuts += 1
    this.spend(taken.bytes + QUOTES)
    return taken.text
  }
}

const QUOTES = 2

/** Nothing past `room` units is looked at, since a unit takes a byte or more: a text of 50 MB costs what one of 8 KiB does. */
function cutText(text: string, room: number): { text: string; bytes: number; isCut: boolean } {
  const isLong = text.length > room
  const clean = cleaned(isLong ? text.slice(0, Math.max(0, room)) : text)
  const bytes = bytesOf(clean)
  if (!isLong && bytes <= room) return { text: clean, bytes, isCut: false }
  const mark = `… [cut: ${text.length} characters in all]`
  const end = endWithin(clean, room - bytesOf(mark))
  if (end < 0) return { text: '', bytes: 0, isCut: true }
  // A slice would keep the whole text in memory; through a buffer it becomes a text of its own.
  const cut = Buffer.from(clean.slice(0, end)).toString() + mark
  return { text: cut, bytes: bytesOf(cut), isCut: true }
}

/** Lone surrogates and NUL become U+FFFD: Postgres refuses them in jsonb. */
function cleaned(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}

/** Size in JSON and UTF-8, quotes aside. */
function bytesOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - QUOTES
}

/** How many units of the text take at most `room` bytes, whole characters only; -1 if the room is less than none. */
function endWithin(text: string, room: number): number {
  if (room < 0) return -1
  let end = 0
  let bytes = 0
  for (const sign of text) {
    bytes += bytesOf(sign)
    if (bytes > room) break
    end += sign.length
  }
  return end
}
