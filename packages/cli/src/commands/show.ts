import type { Command } from '../command.ts'
import { briefly } from '../connection.ts'
import { absenceText, findJob } from '../find-job.ts'
import { EXIT } from '../io.ts'
import { inertText } from '../render/inert-text.ts'
import { jobPage } from '../render/job-page.ts'
import { jsonLine } from '../render/json-line.ts'
import { pageOf } from '../render/page.ts'

/** `hotline show ID` */
export const showCommand: Command = {
  name: 'show',
  summary: 'Show one job: its state with the evidence for it, every attempt with its error, its receipt',
  usage: '<job> [options]',
  operands: ['job'],
  connects: true,
  options: {},
  examples: [
    { line: 'hotline show 019a3c1e-7d40-7b11-9c52-5a0c9f3a11c2', what: 'By its id' },
    { line: 'hotline show 9f3a11c2', what: 'By the last digits of its id' },
    { line: 'hotline show 9f3a11c2 --json', what: 'The record whole, for another program' },
  ],
  run: (call) =>
    briefly(call, async (client) => {
      const { io, given, operands } = call
      const job = await findJob(client, operands[0] ?? '')
      if (given.flag('json')) await io.stdout.write(jsonLine(job))
      if (job.record === undefined) {
        await io.stderr.write(`hotline: ${inertText(absenceText(job))}\n`)
        return EXIT.failed
      }
      if (!given.flag('json')) await io.stdout.write(`${jobPage(job, job.record, pageOf(io)).join('\n')}\n`)
      return EXIT.ok
    }),
}
