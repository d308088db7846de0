import type { Command } from '../command.ts'
import { briefly } from '../connection.ts'
import { EXIT } from '../io.ts'
import { inertText } from '../render/inert-text.ts'
import { jsonLine } from '../render/json-line.ts'
import { pageOf } from '../render/page.ts'
import { workerPage } from '../render/worker-page.ts'

/** `hotline workers` */
export const workersCommand: Command = {
  name: 'workers',
  summary: 'List the workers that are alive: running and held against the limit, and what each slot does',
  usage: '[options]',
  connects: true,
  options: {},
  examples: [
    { line: 'hotline workers', what: 'A block per worker, a line per slot' },
    { line: 'hotline workers --json', what: 'A line per worker, for another program' },
  ],
  run: (call) =>
    briefly(call, async (client) => {
      const { io, given } = call
      const workers = await client.workers()
      if (given.flag('json')) {
        await io.stdout.write(workers.map((worker) => jsonLine(worker)).join(''))
        return EXIT.ok
      }
      const page = pageOf(io)
      const blocks = workers.map((worker) => workerPage(worker, page).join('\n'))
      const paused = await client.paused()
      const note = paused.length === 0 ? [] : [`Paused: ${inertText(paused.join(', '))}`]
      await io.stdout.write(
        `${[...(blocks.length === 0 ? ['No workers.'] : blocks), ...note].join('\n\n')}\n`,
      )
      return EXIT.ok
    }),
}
