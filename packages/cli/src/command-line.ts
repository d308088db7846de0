import { parseArgs } from 'node:util'
import { checkChoice, InvalidOptionError } from '@hotline/core'
import type { Command, Options } from './command.ts'
import { Given } from './given.ts'

/** What somebody typed, understood. */
export interface CommandLine {
  readonly command: Command
  readonly operands: readonly string[]
  readonly given: Given
}

const URL_OPTION: Options = {
  url: {
    value: 'URL',
    summary: 'The backend, such as redis://host. Default: HOTLINE_URL',
  },
}

const EVERYWHERE: Options = {
  json: { summary: 'Write JSON, one object per line' },
  debug: { summary: 'Show the stack of an error' },
  help: { short: 'h', summary: 'Show this text' },
}

/** The options that a command takes, its own first. */
export function optionsOf(command: Command): Options {
  return { ...command.options, ...(command.connects ? URL_OPTION : {}), ...EVERYWHERE }
}

/**
 * Finds the command and reads its options, which may stand before or behind its name.
 * @throws InvalidOptionError that names what is wrong, and the nearest right word
 */
export function readCommandLine(argv: readonly string[], commands: readonly Command[]): CommandLine {
  const at = commandIndex(argv)
  const name = at === undefined ? defaultCommand(argv) : (argv[at] ?? '')
  checkChoice(
    'command',
    name,
    commands.map((command) => command.name),
  )
  const command = commands.find((known) => known.name === name)
  if (command === undefined) throw new Error(`No command ${name}`)
  const rest = argv.filter((word, index) => index !== at && (at !== undefined || !isGeneral(word)))
  return { command, ...readRest(command, rest) }
}

/** Where the name of the command is: the first word that is no option nor the value of one. */
function commandIndex(argv: readonly string[]): number | undefined {
  const { tokens } = parseArgs({
    args: [...argv],
    options: { url: { type: 'string' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  return tokens.find((token) => token.kind === 'positional')?.index
}

function defaultCommand(argv: readonly string[]): string {
  return argv.some(isVersion) ? 'version' : 'help'
}

function isVersion(word: string): boolean {
  return word === '--version' || word === '-v'
}

/** What may stand without a command: it has chosen one. */
function isGeneral(word: string): boolean {
  return isVersion(word) || word === '--help' || word === '-h'
}

function readRest(command: Command, args: string[]): Omit<CommandLine, 'command'> {
  const options = optionsOf(command)
  const { values, positionals, tokens } = parseArgs({
    args,
    options: Object.fromEntries(
      Object.entries(options).map(([name, option]) => [name, parserOption(option)]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const seen = new Set<string>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    checkOption(command, options, token)
    if (seen.has(token.name))
      throw misused(command, token.name, `--${token.name} is given twice.`, 'Leave one.')
    seen.add(token.name)
  }
  if (values.help !== true) checkOperands(command, positionals)
  return { operands: positionals, given: new Given(values) }
}

function parserOption({ value, short }: Options[string]): { type: 'string' | 'boolean'; short?: string } {
  const type = value === undefined ? 'boolean' : 'string'
  return short === undefined ? { type } : { type, short }
}

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
  readonly inlineValue: boolean | undefined
}

function checkOption(command: Command, options: Options, token: OptionToken): void {
  const known = Object.entries(options).flatMap(([name, { short }]) => [
    `--${name}`,
    ...(short === undefined ? [] : [`-${short}`]),
  ])
  checkChoice('option', token.rawName, known)
  const { name, rawName, value, inlineValue } = token
  const wanted = options[name]?.value
  if (wanted === undefined && value !== undefined)
    throw misused(command, name, `${rawName} takes no value.`, `Write ${rawName} alone.`)
  const isMissing = value === undefined || (inlineValue !== true && /^-./.test(value))
  if (wanted !== undefined && isMissing)
    throw misused(command, name, `${rawName} needs a value.`, `Write ${rawName} ${wanted}.`)
}

function checkOperands(command: Command, given: readonly string[]): void {
  const { operands = [], name } = command
  const lacking = operands.slice(given.length).find((operand) => !operand.endsWith('?'))
  if (lacking !== undefined)
    throw misused(command, lacking, `\`hotline ${name}\` needs its ${lacking}.`, usage(command))
  const excess = given[operands.length]
  if (excess === undefined) return
  const problem = `\`hotline ${name}\` does not know what to do with "${excess.slice(0, 60)}".`
  throw misused(command, 'arguments', problem, usage(command))
}

function usage({ name, usage }: Command): string {
  return `Write \`hotline ${name} ${usage}\`.`
}

function misused({ name }: Command, option: string, problem: string, cure: string): InvalidOptionError {
  return new InvalidOptionError({ option, problem, cure: `${cure} See \`hotline ${name} --help\`.` })
}
