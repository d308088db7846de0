import { styleText } from 'node:util'

/** What a colour means here; the same for events, states and slots. */
export type Tone = 'good' | 'bad' | 'warning' | 'stopped' | 'active' | 'quiet' | 'strong' | 'plain'

/** Dresses a text in a tone, or leaves it as it is where colours are not wanted. */
export type Paint = (tone: Tone, text: string) => string

const STYLES = {
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  stopped: 'magenta',
  active: 'cyan',
  quiet: 'dim',
  strong: 'bold',
} as const

/** `FORCE_COLOR` decides if it is set, then `NO_COLOR`, then whether a terminal reads it. https://no-color.org */
export function wantsColour(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = env
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  return isTerminal && TERM !== 'dumb'
}

export function paintFor(isColoured: boolean): Paint {
  if (!isColoured) return (_tone, text) => text
  return (tone, text) =>
    tone === 'plain' || text === '' ? text : styleText(STYLES[tone], text, { validateStream: false })
}
