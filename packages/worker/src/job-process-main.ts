/**
 * The program of a job's process. Arguments: the address of the handlers module, and the niceness.
 *
 *   loading --handlers load--> idle --run--> busy --answer--> idle
 *   loading --they do not--> refused, waits to be killed
 *   busy --error outside of the handler's promise--> spoiled: answers for the job, takes no other
 *
 * It ignores SIGINT, which a terminal sends to the whole group: whether to stop is the supervisor's business. It leaves
 * SIGTERM alone, which therefore ends it even while a handler spins.
 */
import { writeFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { Worker } from 'node:worker_threads'
import { describeError, loadTracing } from '@hotline/core'
import { failed, runHandler } from './handler-run.ts'
import type { Handlers } from './handlers.ts'
import { importHandlers, taskFacts } from './handlers.ts'
import { LogBatch } from './log-batch.ts'
import type { FromChild } from './message.ts'
import { parseToChild } from './message.ts'
import { ProgressThrottle } from './progress-throttle.ts'
import { RunContext } from './run-context.ts'
import type { Answer, Assignment } from './runner.ts'

/** The kernel's out-of-memory killer takes this process before the supervisor. */
const OOM_SCORE = 500
const WATCHDOG_FD = 4
/** Less than the supervisor waits for an end in peace. */
const FLUSH_MS = 500

/** The run that is under way. */
interface Run {
  readonly token: string
  readonly context: RunContext | undefined
  readonly cpu: NodeJS.CpuUsage
  flush(): void
}

let handlers: Handlers | undefined
let current: Run | undefined
let isSpoiled = false

const [address = '', niceness = '0'] = process.argv.slice(2)
// Taken before the handlers are loaded, which may replace it.
const sendToSupervisor = process.send?.bind(process)

yieldToOthers(Number(niceness))
startWatchdog()
process.on('SIGINT', () => {})
process.on('message', hear)
process.on('uncaughtException', spoil)
process.on('unhandledRejection', spoil)
await begin()

async function begin(): Promise<void> {
  const finding = await importHandlers(address)
  await loadTracing() // before it is ready, so that no job waits for it
  if ('flaw' in finding) {
    const { problem, cure, cause } = finding.flaw
    send({ type: 'refused', problem, cure, ...(cause === undefined ? {} : { error: describeError(cause) }) })
    return
  }
  handlers = finding.handlers
  send({ type: 'ready', tasks: taskFacts(handlers) })
}

function hear(message: unknown): void {
  const parsed = parseToChild(message)
  if (parsed?.type === 'end') void leave()
  if (parsed?.type === 'abort' && parsed.token === current?.token) current.context?.stop(parsed.reason)
  if (parsed?.type === 'run' && current === undefined && !isSpoiled) void run(parsed.token, parsed.assignment)
}

/** Spans that wait to be sent go first, if that does not take long: the supervisor kills what does not leave. */
async function leave(): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, FLUSH_MS)
  await Promise.race([(await loadTracing()).flush(), late])
  process.exit(0)
}

async function run(token: string, assignment: Assignment): Promise<void> {
  const implementation = handlers?.get(assignment.task)
  const cpu = process.cpuUsage()
  if (implementation === undefined) {
    current = { token, context: undefined, cpu, flush: () => {} }
    answer(token, { kind: 'unknown-task' })
    return
  }
  const progress = new ProgressThrottle<string>((value, dropped) =>
    send({ type: 'progress', token, value, dropped }),
  )
  const lines = new LogBatch((batch, dropped) => send({ type: 'logged', token, lines: batch, dropped }))
  const context = new RunContext(assignment, implementation.task, {
    progress: (value) => progress.report(value),
    log: (line) => lines.add([line]),
  })
  const flush = (): void => {
    void progress.flush()
    void lines.flush()
  }
  current = { token, context, cpu, flush }
  answer(token, await runHandler(implementation, assignment, context))
}

/** Says how the run ended; once, whatever follows. */
function answer(token: string, words: Answer): void {
  if (current?.token !== token) return
  const { cpu, flush } = current
  current = undefined
  flush()
  const { user, system } = process.cpuUsage(cpu)
  const cpuMs = Math.round((user + system) / 1000)
  send({ type: 'answer', token, answer: words.kind === 'unknown-task' ? words : { ...words, cpuMs } })
}

/** An error that no promise of the handler holds: this process cannot be trusted with another job. */
function spoil(error: unknown): void {
  isSpoiled = true
  if (current === undefined) {
    console.error(error)
    process.exit(1)
  }
  current.context?.end()
  answer(current.token, { ...failed(error), spoiled: true })
}

/** Nothing comes back: what is sent is on its way. */
function send(message: FromChild): undefined {
  // A supervisor that is gone is the watchdog's business.
  sendToSupervisor?.(message, undefined, undefined, () => {})
  return undefined
}

function yieldToOthers(nice: number): void {
  attempt(() => setPriority(Math.min(19, getPriority() + nice)))
  attempt(() => writeFileSync('/proc/self/oom_score_adj', String(OOM_SCORE)))
}

/** For courtesies: a system that lacks them, or does not allow them, runs jobs all the same. */
function attempt(courtesy: () => void): void {
  try {
    courtesy()
  } catch {}
}

function startWatchdog(): void {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const file = new URL(`./orphan-watchdog.${extension}`, import.meta.url)
  const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 }
  new Worker(file, { workerData: WATCHDOG_FD, resourceLimits, execArgv: [], env: {} }).unref()
}
