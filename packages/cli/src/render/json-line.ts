import { ACTIVE } from './inert-text.ts'

/**
 * A value as one line of JSON. JSON leaves some characters as they are that a terminal acts upon; they occur within
 * strings only, so they are escaped there, and parse back to the same.
 */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value).replaceAll(ACTIVE, escaped)}\n`
}

/** n.b. a character beyond 16 bits is two units, each with an escape of its own. */
function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
