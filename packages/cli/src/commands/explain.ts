import { explanationText } from '@hotline/core'
import type { Command } from '../command.ts'
import { briefly } from '../connection.ts'
import { absenceText, findJob } from '../find-job.ts'
import { EXIT } from '../io.ts'
import { inertText } from '../render/inert-text.ts'
import { jsonLine } from '../render/json-line.ts'

/** `hotline explain ID` */
export const explainCommand: Command = {
  name: 'explain',
  summary: 'Say why a job is not running, or what it does',
  usage: '<job> [options]',
  operands: ['job'],
  connects: true,
  options: {},
  examples: [
    { line: 'hotline explain 9f3a11c2', what: 'What is in its way, and when it may start' },
    { line: 'hotline explain 9f3a11c2 --json', what: 'The same for another program' },
  ],
  run: (call) =>
    briefly(call, async (client) => {
      const { io, given, operands } = call
      const job = await findJob(client, operands[0] ?? '')
      const explanation = await client.explain(job.id)
      const isAbsent = explanation.why === 'unknown' || explanation.why === 'forgotten'
      if (given.flag('json')) await io.stdout.write(jsonLine(explanation))
      if (isAbsent) {
        await io.stderr.write(`hotline: ${inertText(absenceText(job))}\n`)
        return EXIT.failed
      }
      const lines = explanationText(explanation).map((line) => `${inertText(line)}\n`)
      if (!given.flag('json')) await io.stdout.write(lines.join(''))
      return EXIT.ok
    }),
}
