import type { Io } from '../io.ts'
import type { Paint } from './colour.ts'
import { paintFor, wantsColour } from './colour.ts'

/** What text is rendered for: how wide, in which colours, and at what time. */
export interface Page {
  /** Cells per line; `Infinity` where nobody's terminal would wrap. */
  readonly width: number
  readonly paint: Paint
  readonly now: number
}

/** Below this, lines wrap: cut further they would say nothing. */
const NARROWEST = 40

/** The page of `stdout`, as it is at this moment. */
export function pageOf({ env, isTerminal, columns }: Io): Page {
  return page(env, isTerminal, columns)
}

/** The page of `stderr`. */
export function stderrPageOf({ env, isStderrTerminal, columns }: Io): Page {
  return page(env, isStderrTerminal, columns)
}

function page(env: Io['env'], isTerminal: boolean, columns: number): Page {
  return {
    width: isTerminal ? Math.max(NARROWEST, columns) : Number.POSITIVE_INFINITY,
    paint: paintFor(wantsColour(env, isTerminal)),
    now: Date.now(),
  }
}
