import type { Command } from '../command.ts'
import { briefly } from '../connection.ts'
import { EXIT } from '../io.ts'
import { jsonLine } from '../render/json-line.ts'

/** `hotline pause QUEUE` */
export const pauseCommand: Command = {
  name: 'pause',
  summary: 'Keep the jobs of a queue from starting, on all workers; running ones go on',
  usage: '<queue> [options]',
  operands: ['queue'],
  connects: true,
  options: {},
  examples: [{ line: 'hotline pause numbers', what: 'Nothing new starts until it is resumed' }],
  run: (call) =>
    briefly(call, async (client) => {
      const [queue = ''] = call.operands
      await client.pause(queue)
      const text = call.given.flag('json')
        ? jsonLine({ queue, paused: true })
        : `Queue ${queue} is paused: its jobs wait, and those that run go on.\n`
      await call.io.stdout.write(text)
      return EXIT.ok
    }),
}
