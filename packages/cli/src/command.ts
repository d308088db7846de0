import type { Given } from './given.ts'
import type { Io } from './io.ts'

/** One option of a command. Every option can be left out. */
export interface Option {
  /** `value` names what it takes, as in `--limit N`; a switch has none. */
  readonly value?: string
  readonly short?: string
  readonly summary: string
}

export type Options = Readonly<Record<string, Option>>

/** Something to type, and what it is for. `line` starts with `hotline`, and parses: a test runs each through the parser. */
interface Example {
  readonly line: string
  readonly what: string
}

/** One word after `hotline`. */
export interface Command {
  readonly name: string
  /** What it does, in one line without a full stop. */
  readonly summary: string
  /** What follows the name, such as `<job> [options]`. */
  readonly usage: string
  /** Names of the arguments; one that ends in `?` can be left out. Default none. */
  readonly operands?: readonly string[]
  /** Whether it talks to a backend, and so takes `--url`. */
  readonly connects: boolean
  /** Its own options; `--url`, `--json`, `--debug` and `--help` come by themselves. */
  readonly options: Options
  readonly examples: readonly Example[]
  /** Does it, and says with which exit code. What it throws is told in one line. */
  run(call: Call): Promise<number>
}

/** One use of a command. */
export interface Call {
  readonly io: Io
  /** The arguments, checked against `operands` in number. */
  readonly operands: readonly string[]
  readonly given: Given
  /** All commands there are, for those that speak of others. */
  readonly commands: readonly Command[]
}
