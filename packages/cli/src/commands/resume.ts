import type { Command } from '../command.ts'
import { briefly } from '../connection.ts'
import { EXIT } from '../io.ts'
import { jsonLine } from '../render/json-line.ts'

/** `hotline resume QUEUE` */
export const resumeCommand: Command = {
  name: 'resume',
  summary: 'Let the jobs of a paused queue start again',
  usage: '<queue> [options]',
  operands: ['queue'],
  connects: true,
  options: {},
  examples: [{ line: 'hotline resume numbers', what: 'Waiting jobs start as slots are free' }],
  run: (call) =>
    briefly(call, async (client) => {
      const [queue = ''] = call.operands
      await client.resume(queue)
      const text = call.given.flag('json') ? jsonLine({ queue, paused: false }) : `Queue ${queue} goes on.\n`
      await call.io.stdout.write(text)
      return EXIT.ok
    }),
}
