import { InvalidOptionError } from '../error.ts'
import { showText } from './shown-text.ts'

/** Names longer than this are no slip of the keyboard, and are not compared. */
const LONGEST_SLIP = 40

/**
 * Refuses options that `what` does not know, so that a misspelt one is not ignored in silence.
 * @throws InvalidOptionError with the nearest known name, or all of them when none is near
 */
export function checkOptions(what: string, given: object, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null) throw notAnObject(what, known)
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw unknownOption(what, name, known)
  }
}

/**
 * Refuses a value that is none of the choices, for callers without types.
 * @throws InvalidOptionError with the nearest choice, or all of them when none is near
 */
export function checkChoice<T extends string>(what: string, value: T, choices: readonly string[]): T {
  if (choices.includes(value)) return value
  const shown = typeof value === 'string' ? `"${showText(value)}"` : String(value)
  const near = nearest(String(value), choices)
  throw new InvalidOptionError({
    option: what,
    problem: `There is no ${what} ${shown}.`,
    cure: near === undefined ? `There are ${listed(choices)}.` : `Did you mean \`${near}\`?`,
  })
}

function notAnObject(what: string, known: readonly string[]): InvalidOptionError {
  return new InvalidOptionError({
    option: 'options',
    problem: `The options of ${what} are not an object.`,
    cure: `Give an object; it may hold ${listed(known)}.`,
  })
}

function unknownOption(what: string, name: string, known: readonly string[]): InvalidOptionError {
  const near = nearest(name, known)
  return new InvalidOptionError({
    option: name,
    problem: `${what} does not know the option \`${showText(name)}\`.`,
    cure: near === undefined ? `It knows ${listed(known)}.` : `Did you mean \`${near}\`?`,
  })
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'no options' : names.map((name) => `\`${name}\``).join(', ')
}

/** The known name that a slip leads to: at most one letter in three is wrong, and none is nearer. */
function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST_SLIP) return undefined
  const ranked = known
    .map((candidate) => ({ candidate, distance: slips(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance)
  return ranked[0]?.candidate
}

/** Optimal string alignment distance: letters added, left out, replaced, or swapped with a neighbour. */
function slips(from: string, to: string): number {
  let before: number[] = []
  let above = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1] ? 0 : 1
      const swapped = row > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current[column] = Math.min(
        cost(above, column) + 1,
        cost(current, column - 1) + 1,
        cost(above, column - 1) + same,
        swapped ? cost(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = above
    above = current
  }
  return cost(above, to.length)
}

function cost(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
