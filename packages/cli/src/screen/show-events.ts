import type { Client } from '@hotline/core'
import { EXIT, type Io, interruptedExit, type Terminal } from '../io.ts'
import { inertText } from '../render/inert-text.ts'
import { EventScreen } from './event-screen.ts'
import { observe } from './observer.ts'
import { Recorder, readRecording, type Unread } from './recording.ts'
import { replay } from './replay.ts'
import { ReplayClock } from './replay-clock.ts'
import { NO_ORDERS, ordersTo } from './screen-orders.ts'

/** A backend to look at. */
export interface LiveShow {
  readonly io: Io
  readonly terminal: Terminal
  readonly client: Client
  readonly backend: string
  readonly from: string | undefined
  readonly filter: string | undefined
  readonly record: string | undefined
}

/** Shows what goes on at a backend until the reader quits. Resolves with the exit code. @throws InvalidOptionError */
export async function showLive(show: LiveShow): Promise<number> {
  const { io, terminal, client, backend, from = 'now', filter, record } = show
  const recorder = record === undefined ? undefined : await Recorder.open(record)
  const screen = new EventScreen({
    io,
    terminal,
    orders: ordersTo(client),
    filter,
    recorder,
    looksFirst: from === 'now',
  })
  return untilOver(screen, io, (signal) =>
    observe({
      ...{ client, backend, from, signal },
      see: (seen) => screen.see(seen),
      paceMs: () => screen.paceMs,
    }),
  )
}

/** A recording to look at. */
export interface ReplayShow {
  readonly io: Io
  readonly terminal: Terminal
  readonly path: string
  readonly at: string | undefined
  readonly speed: number
  readonly filter: string | undefined
}

/** Shows a recording. Resolves with the exit code. @throws InvalidOptionError where nothing of it can be read */
export async function showReplay(show: ReplayShow): Promise<number> {
  const { io, terminal, path, at, speed, filter } = show
  const unread: Unread = { count: 0, first: undefined }
  const clock = new ReplayClock(speed)
  const screen = new EventScreen({ io, terminal, orders: NO_ORDERS, filter, clock, unread, speed })
  clock.run()
  return untilOver(screen, io, async (signal) => {
    for await (const seen of replay(readRecording(path, unread), { clock, at, signal })) screen.see(seen)
    screen.end()
  })
}

async function untilOver(
  screen: EventScreen,
  io: Io,
  feed: (signal: AbortSignal) => Promise<void>,
): Promise<number> {
  const stop = new AbortController()
  const fed = feed(AbortSignal.any([stop.signal, io.signal]))
  const failure = new Promise<never>((_, reject) => {
    fed.catch(reject)
  })
  const shown = screen.show(failure)
  const how = await shown.finally(() => stop.abort())
  await fed
  if (screen.recorded !== undefined) await io.stderr.write(`The recording is ${inertText(screen.recorded)}\n`)
  return how === 'quit' ? EXIT.ok : interruptedExit(io.signal)
}
