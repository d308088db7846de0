import type { EventType, HotlineEvent } from '@hotline/core'
import { checkChoice, EVENT_TYPES } from '@hotline/core'
import type { Call, Command } from '../command.ts'
import { connected } from '../connection.ts'
import { EXIT, interruptedExit } from '../io.ts'
import { inertText } from '../render/inert-text.ts'
import { jsonLine } from '../render/json-line.ts'
import { lineOfEvent } from '../render/line-of-event.ts'
import { pageOf } from '../render/page.ts'

/** `hotline events` */
export const eventsCommand: Command = {
  name: 'events',
  summary: 'Follow what happens: a line per event on a terminal, NDJSON on a pipe',
  usage: '[options]',
  connects: true,
  options: {
    from: {
      value: 'start|now|CURSOR',
      summary: 'Where to begin: the oldest event kept, now (default), or behind a cursor',
    },
    types: {
      value: 'A,B',
      summary: 'Only these types, such as job.failed,job.lost; `failed` means job.failed',
    },
    task: { value: 'NAME', summary: 'Only jobs of this task' },
  },
  examples: [
    { line: 'hotline events', what: 'Watch everything from now on' },
    { line: 'hotline events --from start --types failed,lost', what: 'All that went wrong, and what will' },
    { line: 'hotline events --task render --json', what: 'For another program; each line has its cursor' },
  ],
  run: (call) =>
    connected(call, async ({ client }) => {
      const { given, io } = call
      const { signal } = io
      const types = given.list('types')?.map(eventType)
      const events = client.events.stream({
        from: given.text('from'),
        types,
        task: given.text('task'),
        signal,
      })
      const cursor = await print(call, events)
      if (!signal.aborted) return EXIT.ok
      if (io.isTerminal && cursor !== undefined)
        await io.stderr.write(`Go on from here with --from ${inertText(cursor)}\n`)
      return interruptedExit(signal)
    }),
}

/** Prints events as they come, no faster than they are read. Resolves with the cursor of the last. */
async function print({ io, given }: Call, events: AsyncIterable<HotlineEvent>): Promise<string | undefined> {
  const isJson = given.flag('json') || !io.isTerminal
  if (!isJson) await io.stderr.write('Following events; Ctrl-C ends.\n')
  let cursor: string | undefined
  for await (const event of events) {
    await io.stdout.write(isJson ? jsonLine(event) : `${lineOfEvent(event, pageOf(io))}\n`)
    if (io.signal.aborted) break
    cursor = event.cursor
  }
  return cursor
}

/** @throws InvalidOptionError that names the nearest type */
function eventType(text: string): EventType {
  const found = EVENT_TYPES.find((type) => type === text || type === `job.${text}`)
  if (found !== undefined) return found
  checkChoice('event type', text, EVENT_TYPES)
  throw new Error(`No event type ${text}`)
}
