/**
 * The program of a supervisor's thread: opens a transport of its own from its description, and supervises until it is
 * told to stop. Its children are forked here, so that their pipes and messages are of this loop too. See
 * thread-message.ts for what it says and hears.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { describeError, silentLogger } from '@hotline/core'
import { describedTransport } from './described-transport.ts'
import { LocalSupervisor } from './local-supervisor.ts'
import { PostedLines } from './posted-lines.ts'
import { Tally } from './tally.ts'
import type { FromThread, ThreadPlan, ToThread } from './thread-message.ts'

const { worker, description, settings, tally: buffer }: ThreadPlan = workerData
const tally = new Tally(buffer)
const lines = new PostedLines(tally, say)
let supervisor: LocalSupervisor | undefined
let stopping: Promise<void> | undefined

// A warning is of the process, and the application may have its own way to tell of one.
process.removeAllListeners('warning')
process.on('warning', ({ name, message }) => say({ type: 'warned', name, message }))
parentPort?.on('message', hear)
const starting = start()
await starting

/** Resolves when it has said how that went. */
async function start(): Promise<void> {
  try {
    supervisor = await make()
    await supervisor.start()
    count()
    say({ type: 'started' })
  } catch (error) {
    say({ type: 'refused', error: describeError(error) })
  }
}

async function make(): Promise<LocalSupervisor> {
  const transport = await describedTransport(description)
  const logger = settings.hasLogger ? lines.logger : silentLogger
  return new LocalSupervisor({
    worker,
    settings: { ...settings, transport, logger },
    watcher: {
      onDrain: () => void drain(),
      onLine: (line, stream, pid) => lines.print(line, stream, pid),
    },
    onCount: count,
  })
}

function hear(message: ToThread): void {
  if (message.type === 'hurry' || stopping !== undefined) supervisor?.hurry()
  else stop(message.graceMs)
}

/** Does not wait for the application to turn its loop. */
async function drain(): Promise<void> {
  await starting
  if (stopping !== undefined) return
  say({ type: 'draining' })
  stop(settings.graceMs)
}

function stop(graceMs: number): void {
  stopping = (supervisor?.stop(graceMs) ?? Promise.resolve()).then(
    () => say({ type: 'stopped' }),
    (error: unknown) => say({ type: 'stopped', error: describeError(error) }),
  )
}

function count(): void {
  const { limit = 0, running = 0, held = 0 } = supervisor ?? {}
  tally.set({ limit, running, held })
}

function say(message: FromThread): void {
  parentPort?.postMessage(message)
}
