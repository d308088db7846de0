import { inertText } from '../render/inert-text.ts'

/** Text as it stands in HTML and SVG, whoever wrote it: nothing in it is markup, and nothing turns the text around it. */
export function markup(text: string): string {
  return inertText(text).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
