import type { Command } from '../command.ts'
import { briefly } from '../connection.ts'
import { absenceText, findJob } from '../find-job.ts'
import { EXIT } from '../io.ts'
import { inertText } from '../render/inert-text.ts'
import { jsonLine } from '../render/json-line.ts'
import { receiptText } from '../render/receipt.ts'

/** `hotline cancel ID` */
export const cancelCommand: Command = {
  name: 'cancel',
  summary: 'Stop a job, and say how it stopped once it runs nowhere',
  usage: '<job> [options]',
  operands: ['job'],
  connects: true,
  options: {
    reason: { value: 'TEXT', summary: 'Why, for those who look at the job later' },
    timeout: {
      value: 'TIME',
      summary: 'How long to wait for the proof, such as 30s; by default three leases',
    },
  },
  examples: [
    { line: 'hotline cancel 9f3a11c2', what: 'By the last digits of its id' },
    {
      line: 'hotline cancel 9f3a11c2 --reason "wrong input" --timeout 1m',
      what: 'With a reason, and more patience',
    },
  ],
  run: (call) =>
    briefly(call, async (client) => {
      const { io, given, operands } = call
      const reason = given.text('reason')
      const timeout = given.duration('timeout')
      const job = await findJob(client, operands[0] ?? '')
      if (job.record === undefined) {
        await io.stderr.write(`hotline: ${inertText(absenceText(job))}\n`)
        return EXIT.failed
      }
      const receipt = await job.cancel({ reason, timeout })
      const text = given.flag('json')
        ? jsonLine({ id: job.id, ...receipt })
        : `${inertText(`Job ${job.id} ${receiptText(receipt)}. It is ${receipt.state}.`)}\n`
      await io.stdout.write(text)
      return EXIT.ok
    }),
}
