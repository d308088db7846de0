import type { Client, HotlineEvent, Transport } from '@hotline/core'
import { EVENT_TYPES } from '@hotline/core'
import type { Worker, WorkerOptions } from '@hotline/worker'
import { createWorker } from '@hotline/worker'
import type { Call, Command } from '../command.ts'
import { connected } from '../connection.ts'
import { EXIT, type Io } from '../io.ts'
import { OwnEvents } from '../own-events.ts'
import { inertText } from '../render/inert-text.ts'
import { jsonLine } from '../render/json-line.ts'
import { lineOfEvent } from '../render/line-of-event.ts'
import { stderrPageOf } from '../render/page.ts'
import { workerLogger } from '../worker-logger.ts'

/** How long the last events may take to come back from the log after the worker has stopped. */
const LAST_EVENTS_MS = 2000

/** `hotline worker ./handlers.ts` */
export const workerCommand: Command = {
  name: 'worker',
  summary: 'Run the jobs that a module has handlers for, until SIGTERM or SIGINT; a second one hurries',
  usage: '<handlers> [options]',
  operands: ['handlers'],
  connects: true,
  options: {
    queues: { value: 'A,B', summary: "Queues to take jobs from; by default those of the handlers' tasks" },
    concurrency: {
      value: 'N',
      summary: 'Jobs at once; by default as many as there are CPUs, or as fit into memory',
    },
    isolation: {
      value: 'process|inline',
      summary: 'A child process per slot (default), or all in this process',
    },
    grace: {
      value: 'TIME',
      summary: 'How long running jobs may go on after the first signal; by default 30s',
    },
    name: { value: 'NAME', summary: "Put before the worker's id" },
  },
  examples: [
    { line: 'hotline worker ./handlers.ts', what: 'All CPUs, all queues of the handlers' },
    {
      line: 'hotline worker ./handlers.ts --queues numbers,images --concurrency 2',
      what: 'Two jobs at once',
    },
    {
      line: 'hotline worker ./mails.js --isolation inline --grace 5s --name mails',
      what: 'Cheap asynchronous work',
    },
  ],
  run: (call) =>
    connected(call, async ({ client, transport }) => {
      const worker = createWorker(optionsOf(call, transport))
      const offline = printOwn(call, client, worker)
      await client.paused() // any call of the client: it waits until the listeners are attached
      const stop = () => void worker.stop()
      call.io.hurry.addEventListener('abort', stop)
      try {
        await worker.start()
        await Promise.race([aborted(call.io.signal), offline])
        await worker.stop()
        await within(LAST_EVENTS_MS, offline)
        return EXIT.ok
      } finally {
        call.io.hurry.removeEventListener('abort', stop)
      }
    }),
}

function optionsOf({ given, operands, io }: Call, transport: Transport): WorkerOptions {
  return {
    transport,
    handlers: operands[0] ?? '',
    queues: given.list('queues'),
    concurrency: given.count('concurrency'),
    isolation: given.choice('isolation', ['process', 'inline']),
    grace: given.duration('grace'),
    name: given.text('name'),
    logger: workerLogger(io),
  }
}

/** Prints the worker's events from now on. Resolves when it has gone offline. */
function printOwn({ io, given }: Call, client: Client, worker: Worker): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const own = new OwnEvents(worker.id)
  const print = given.flag('json') ? jsonPrinter(io) : linePrinter(io)
  const onEvent = (event: HotlineEvent) => {
    if (!own.include(event)) return
    const printed = print(event)
    if (event.type === 'worker.offline') void printed.then(resolve)
  }
  for (const type of EVENT_TYPES) client.events.on(type, onEvent)
  client.events.on('error', (error) => void io.stderr.write(`hotline: ${inertText(error.message)}\n`))
  return promise
}

function jsonPrinter(io: Io): (event: HotlineEvent) => Promise<void> {
  return (event) => io.stdout.write(jsonLine(event))
}

function linePrinter(io: Io): (event: HotlineEvent) => Promise<void> {
  return (event) => io.stderr.write(`${lineOfEvent(event, stderrPageOf(io))}\n`)
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

async function within(ms: number, promise: Promise<void>): Promise<void> {
  const { promise: elapsed, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([promise, elapsed])
  clearTimeout(timer)
}
