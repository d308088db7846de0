import type { Command, Option } from '../command.ts'
import { optionsOf } from '../command-line.ts'

/** The page of `hotline --help`. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return `hotline: long jobs, typed events, and never more work in hand than you allow

Usage: hotline <command> [options]

Commands:
${lines.join('\n')}

Every command takes --json for machines and --help for examples.
The backend comes from --url or HOTLINE_URL, such as redis://host:6379.
`
}

/** The page of `hotline <command> --help`. */
export function helpOf(command: Command): string {
  const { name, summary, usage, examples } = command
  const options = Object.entries(optionsOf(command)).map(([key, option]) => [
    optionText(key, option),
    option.summary,
  ])
  return `${summary}.

Usage: ${`hotline ${name} ${usage}`.trim()}

Options:
${aligned(options)}

Examples:
${aligned(examples.map(({ line, what }) => [line, what]))}
`
}

function optionText(name: string, { value, short }: Option): string {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`
  return short === undefined ? `    ${long}` : `-${short}, ${long}`
}

function aligned(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([left = '']) => left.length))
  return rows.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}`.trimEnd()).join('\n')
}
