import type { Client, EventType, HotlineEvent, Transport } from '@hotline/core'
import { checkChoice, EVENT_TYPES, InvalidOptionError } from '@hotline/core'
import type { Call, Command } from '../command.ts'
import { connected } from '../connection.ts'
import { EXIT, interruptedExit, type Terminal } from '../io.ts'
import { inertText } from '../render/inert-text.ts'
import { jsonLine } from '../render/json-line.ts'
import { lineOfEvent } from '../render/line-of-event.ts'
import { pageOf } from '../render/page.ts'
import { Recorder, readRecording, type Unread } from '../screen/recording.ts'
import { timeOf, timeWithin } from '../screen/replay.ts'

/** `hotline events` */
export const eventsCommand: Command = {
  name: 'events',
  summary: 'Watch what happens: a live screen on a terminal, NDJSON on a pipe',
  usage: '[options]',
  connects: true,
  options: {
    from: {
      value: 'start|now|CURSOR',
      summary: 'Where to begin: the oldest event kept, now (default), or behind a cursor',
    },
    types: {
      value: 'A,B',
      summary: 'Lines of these types only, such as job.failed,job.lost; `failed` means job.failed',
    },
    task: { value: 'NAME', summary: 'Only jobs of this task' },
    lines: { summary: 'On a terminal, too, a line per event' },
    record: { value: 'FILE', summary: 'Write all that is seen to a new file' },
    replay: { value: 'FILE', summary: 'Watch a recording, without a backend' },
    speed: { value: 'N', summary: 'How many times as fast a recording goes; by default 1' },
    at: { value: 'TIME', summary: 'Where a recording begins, such as 12:03:07' },
  },
  examples: [
    { line: 'hotline events', what: 'Watch everything from now on; ? shows the keys' },
    { line: 'hotline events --from start --types failed,lost', what: 'All that went wrong, and what will' },
    { line: 'hotline events --task render --json', what: 'For another program; each line has its cursor' },
    { line: 'hotline events --record run.ndjson', what: 'Watch, and keep what was seen' },
    { line: 'hotline events --replay run.ndjson --speed 10 --at 12:03:07', what: 'See it again' },
  ],
  run: (call) => {
    const replayed = call.given.text('replay')
    if (replayed !== undefined) return replayFile(call, replayed)
    for (const name of ['speed', 'at'] as const)
      if (call.given.text(name) !== undefined) throw onlyWithReplay(name)
    const screen = screenOf(call)
    // Loading it takes as long as connecting does.
    const loading = screen === undefined ? undefined : loadScreen()
    loading?.catch(() => {}) // told below, unless there is no connection
    return connected(call, async ({ client, transport }) =>
      screen === undefined || loading === undefined
        ? followLines(call, client)
        : (await loading).showLive({ ...live(call, screen, client, transport) }),
    )
  },
}

/** The terminal to draw on; none where lines are asked for, or nobody would see more. */
function screenOf({ given, io }: Call): Terminal | undefined {
  const wantsLines = given.flag('json') || given.flag('lines') || given.text('types') !== undefined
  return wantsLines || io.env.TERM === 'dumb' ? undefined : io.terminal
}

function live({ given, io }: Call, terminal: Terminal, client: Client, { name }: Transport) {
  const filter = given.text('task')
  const record = given.text('record')
  return { io, terminal, client, backend: name, from: given.text('from'), filter, record }
}

/** n.b. React reads NODE_ENV when it is loaded; as for development, a frame takes four times as long. */
function loadScreen(): Promise<typeof import('../screen/show-events.ts')> {
  process.env.NODE_ENV ??= 'production'
  return import('../screen/show-events.ts')
}

async function followLines(call: Call, client: Client): Promise<number> {
  const { given, io } = call
  const { signal } = io
  const types = given.list('types')?.map(eventType)
  const file = given.text('record')
  const recorder = file === undefined ? undefined : await Recorder.open(file)
  const events = client.events.stream({ from: given.text('from'), types, task: given.text('task'), signal })
  const cursor = await print(call, events, recorder)
  await recorder?.close()
  if (!signal.aborted) return EXIT.ok
  if (io.isTerminal && cursor !== undefined)
    await io.stderr.write(`Go on from here with --from ${inertText(cursor)}\n`)
  return interruptedExit(signal)
}

/** Prints events as they come, no faster than they are read. Resolves with the cursor of the last. */
async function print(
  { io, given }: Call,
  events: AsyncIterable<HotlineEvent>,
  recorder?: Recorder,
): Promise<string | undefined> {
  const isJson = given.flag('json') || !io.isTerminal
  if (!isJson) await io.stderr.write('Following events; Ctrl-C ends.\n')
  let cursor: string | undefined
  for await (const event of events) {
    recorder?.write({ ...event, seenAt: Date.now() })
    await io.stdout.write(isJson ? jsonLine(event) : `${lineOfEvent(event, pageOf(io))}\n`)
    if (io.signal.aborted) break
    cursor = event.cursor
  }
  return cursor
}

async function replayFile(call: Call, path: string): Promise<number> {
  const { given, io } = call
  for (const name of ['record', 'from'] as const)
    if (given.text(name) !== undefined) throw notWithReplay(name)
  const speed = given.count('speed') ?? 1
  const at = given.text('at')
  const unread: Unread = { count: 0, first: undefined }
  await checkRecording(path)
  const terminal = screenOf(call)
  if (terminal !== undefined)
    return (await loadScreen()).showReplay({ io, terminal, path, at, speed, filter: given.text('task') })
  await print(call, recordedEvents(call, path, unread))
  if (unread.count > 0)
    await io.stderr.write(
      `hotline: ${unread.count} of ${inertText(path)} unreadable: ${inertText(unread.first ?? '')}\n`,
    )
  return io.signal.aborted ? interruptedExit(io.signal) : EXIT.ok
}

/** What nothing can be read of is no recording. @throws InvalidOptionError */
async function checkRecording(path: string): Promise<void> {
  const unread: Unread = { count: 0, first: undefined }
  for await (const _first of readRecording(path, unread)) return
  const problem = `${path} is no recording${unread.first === undefined ? ': it is empty' : `: ${unread.first}`}.`
  throw new InvalidOptionError({
    option: 'replay',
    problem,
    cure: 'Make one with `hotline events --record FILE`.',
  })
}

async function* recordedEvents({ given }: Call, path: string, unread: Unread): AsyncGenerator<HotlineEvent> {
  const [at, task] = [given.text('at'), given.text('task')]
  const types = given.list('types')?.map(eventType)
  for await (const seen of readRecording(path, unread)) {
    const isEarly = at !== undefined && timeOf(seen) < timeWithin(at, timeOf(seen))
    if (isEarly || !('cursor' in seen) || types?.includes(seen.type) === false) continue
    if (task === undefined || ('task' in seen && seen.task === task)) yield seen
  }
}

function onlyWithReplay(name: string): InvalidOptionError {
  const problem = `--${name} is for a recording.`
  return new InvalidOptionError({ option: name, problem, cure: 'Give --replay FILE with it.' })
}

function notWithReplay(name: string): InvalidOptionError {
  const problem = `--${name} has no meaning for a recording.`
  return new InvalidOptionError({ option: name, problem, cure: 'Leave it, or leave --replay.' })
}

/** @throws InvalidOptionError that names the nearest type */
function eventType(text: string): EventType {
  const found = EVENT_TYPES.find((type) => type === text || type === `job.${text}`)
  if (found !== undefined) return found
  checkChoice('event type', text, EVENT_TYPES)
  throw new Error(`No event type ${text}`)
}
