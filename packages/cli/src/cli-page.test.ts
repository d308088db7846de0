import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readCommandLine } from './command-line.ts'
import { COMMANDS } from './commands.ts'
import { words } from './testing/shell-words.ts'

const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')

test('every command has its section, and every example in it parses', () => {
  const titles = [...page.matchAll(/^## (hotline .*)$/gm)].flatMap(([, title = '']) => title.split(', '))
  expect(new Set(titles)).toEqual(new Set(COMMANDS.map(({ name }) => `hotline ${name}`)))
  const examples = [...page.matchAll(/^hotline .*$/gm)].map(([line]) => line)
  expect(examples.length).toBeGreaterThan(15)
  for (const line of examples) {
    const [, ...argv] = words(line)
    expect(() => readCommandLine(argv, COMMANDS), line).not.toThrow()
  }
})

test('the options of the page are those of the commands', () => {
  for (const section of page.split(/^## /m)) {
    const name = /^hotline (\w+)/.exec(section)?.[1]
    const command = COMMANDS.find((known) => known.name === name)
    if (command === undefined || command.name === 'demo') continue
    const told = [...section.matchAll(/^\| `--(\S+?)(?: (\S+))?` \|/gm)].map(
      ([, option, value = '']) => `${option} ${value}`,
    )
    const known = Object.entries(command.options).map(([option, { value = '' }]) => `${option} ${value}`)
    expect(told.map((text) => text.replaceAll('\\|', '|'))).toEqual(known)
  }
})
