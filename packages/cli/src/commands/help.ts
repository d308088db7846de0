import { checkChoice } from '@hotline/core'
import type { Command } from '../command.ts'
import { EXIT } from '../io.ts'
import { helpOf, overview } from '../render/help.ts'
import { jsonLine } from '../render/json-line.ts'

/** `hotline help [command]`, and `hotline` alone. */
export const helpCommand: Command = {
  name: 'help',
  summary: 'Show the commands, or one of them with its options and examples',
  usage: '[command]',
  operands: ['command?'],
  connects: false,
  options: {},
  examples: [
    { line: 'hotline help', what: 'All commands' },
    { line: 'hotline help events', what: 'One command, as does `hotline events --help`' },
  ],
  async run({ io, operands: [name], given, commands }) {
    const names = commands.map((command) => command.name)
    if (name !== undefined) checkChoice('command', name, names)
    const chosen = commands.filter((command) => name === undefined || command.name === name)
    const [first] = chosen
    if (given.flag('json')) await io.stdout.write(chosen.map((command) => jsonLine(command)).join(''))
    else await io.stdout.write(name === undefined || first === undefined ? overview(commands) : helpOf(first))
    return EXIT.ok
  },
}
