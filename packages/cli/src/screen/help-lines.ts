import type { Page } from '../render/page.ts'
import { textLine } from './cells.ts'

const HELP = [
  ['j k ↓ ↑', 'go through the jobs, or the lines of a panel; PgDn PgUp by ten, g G to the ends'],
  ['Enter', 'all that is known of the job'],
  ['t', 'its traceback; ← → or 1 to 9 choose the attempt'],
  ['r', 'its result, or how far it is'],
  ['e', 'why it is not running, or what it does'],
  ['c', 'cancel it, after a question; the receipt says how it stopped'],
  ['p', 'pause the queue of the job, or let it go on'],
  ['/', 'filter by words: of task, state, id, queue, tag, worker'],
  ['s', 'sort: newest, state, task, longest'],
  ['space', 'freeze what is shown; events go on being counted'],
  ['w', 'record to a file, for hotline events --replay'],
  ['Esc', 'back; in the list, drop the filter'],
  ['q', 'quit'],
] as const

/** The keys, a line each. */
export function helpLines(page: Page): string[] {
  return HELP.map(([key, text]) => textLine(`${key.padEnd(8)} ${text}`, 'plain', page))
}
