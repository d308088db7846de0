import { transportOf } from '../adapters.ts'
import type { Call, Command } from '../command.ts'
import { urlOf } from '../connection.ts'
import { EXIT } from '../io.ts'
import { jsonLine } from '../render/json-line.ts'

/** What a transport has whose backend keeps a schema. */
interface Migratable {
  migrate(): Promise<void>
  migrationScript(): string
}

/** `hotline migrate` */
export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'Make the schema of a database, or bring it up to date, ahead of those who use it',
  usage: '[options]',
  connects: true,
  options: { print: { summary: 'Print the SQL for somebody who reads it first, and change nothing' } },
  examples: [
    {
      line: 'hotline migrate --url postgres://owner@localhost/app',
      what: 'As a user that may create schemas',
    },
    { line: 'hotline migrate --url postgres://localhost/app --print', what: 'What it would run' },
  ],
  run: migrate,
}

async function migrate(call: Call): Promise<number> {
  const { io, given } = call
  const transport = await transportOf(await urlOf(call))
  const isMigratable = hasSchema(transport)
  if (isMigratable && given.flag('print')) {
    await io.stdout.write(transport.migrationScript())
    return EXIT.ok
  }
  if (isMigratable) await transport.migrate()
  const text = isMigratable
    ? 'The schema is up to date.'
    : 'This backend has no schema, so there is nothing to do.'
  await io.stdout.write(given.flag('json') ? jsonLine({ migrated: isMigratable }) : `${text}\n`)
  return EXIT.ok
}

function hasSchema(value: object): value is Migratable {
  return 'migrate' in value && 'migrationScript' in value
}
