import { transportOf } from '../adapters.ts'
import type { Call, Command } from '../command.ts'
import { urlOf } from '../connection.ts'
import { EXIT } from '../io.ts'
import { jsonLine } from '../render/json-line.ts'

/** What a transport has whose backend keeps exchanges and queues. */
interface Declarable {
  topologyText(): string
  createTopology(): Promise<void>
}

/** `hotline topology` */
export const topologyCommand: Command = {
  name: 'topology',
  summary: 'Create the exchanges and queues of a broker, ahead of those who use them',
  usage: '[options]',
  connects: true,
  options: { print: { summary: 'Print what it would create, and change nothing' } },
  examples: [
    { line: 'hotline topology --url amqp://admin@localhost/jobs', what: 'As a user that may configure them' },
    { line: 'hotline topology --url amqp://localhost --print', what: 'What it would create' },
  ],
  run: topology,
}

async function topology(call: Call): Promise<number> {
  const { io, given } = call
  const transport = await transportOf(await urlOf(call))
  if (!isDeclarable(transport)) {
    const text = 'This backend has no exchanges and queues, so there is nothing to do.'
    await io.stdout.write(given.flag('json') ? jsonLine({ created: false }) : `${text}\n`)
    return EXIT.ok
  }
  const isPrinted = given.flag('print')
  if (!isPrinted) await transport.createTopology()
  const created = !isPrinted
  await io.stdout.write(given.flag('json') ? jsonLine({ created }) : `${transport.topologyText()}\n`)
  return EXIT.ok
}

function isDeclarable(value: object): value is Declarable {
  return 'topologyText' in value && 'createTopology' in value
}
