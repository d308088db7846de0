import type { Crash, ErrorDocument } from '@hotline/core'
import { formatBytes } from '@hotline/core'
import type { ProcessExit } from './runner.ts'

/** What V8 writes before it aborts for want of heap. */
const HEAP_OUT_OF_MEMORY =
  /JavaScript heap out of memory|Reached heap limit|invalid array length Allocation failed/

/** What was measured of the attempt that the process took with it. */
export interface ExitFacts {
  readonly runMs: number
  readonly cpuMs?: number | undefined
  readonly lastRss?: number | undefined
  readonly peakRss?: number | undefined
  readonly memoryBytes?: number | undefined
  /** The memory guard killed it. */
  readonly isOverMemory: boolean
}

type Verdict = Pick<Crash, 'reason' | 'code'> & { readonly name: string; readonly message: string }

/** The evidence of a process that ended in the middle of an attempt. */
export function crashOf(exit: ProcessExit, facts: ExitFacts): Crash {
  const { exitCode, signal } = exit
  const { runMs, cpuMs, lastRss, peakRss } = facts
  const { reason, code, name, message } = verdictOf(exit, facts)
  const error: ErrorDocument = { name, message: `${message}${lastWords(exit)}`, code }
  return { reason, code, error, exitCode, signal, runMs, cpuMs, lastRss, peakRss }
}

function verdictOf(exit: ProcessExit, facts: ExitFacts): Verdict {
  if (facts.isOverMemory) return overMemory(facts)
  if (HEAP_OUT_OF_MEMORY.test(exit.stderr)) return outOfHeap(facts)
  if (exit.offence !== undefined) {
    const message = `The process of the job was killed: ${exit.offence}. Take it out of the handler.`
    return signalled('ProcessKilled', message)
  }
  if (exit.signal !== undefined) {
    const hint =
      exit.signal === 'SIGKILL' ? ' The kernel does that when memory runs out; so may a person.' : ''
    return signalled(
      'ProcessSignal',
      `The process of the job was ended by ${exit.signal}, which the worker did not send.${hint}`,
    )
  }
  const message = `The process of the job ended with exit code ${exit.exitCode ?? '?'} before the handler was done.`
  return {
    reason: 'exit',
    code: 'PROCESS_EXIT',
    name: 'ProcessExit',
    message: `${message} Return or throw instead.`,
  }
}

function overMemory({ memoryBytes = 0, lastRss = 0, peakRss }: ExitFacts): Verdict {
  const peak = formatBytes(Math.max(lastRss, peakRss ?? 0))
  const message =
    `The process of the job took ${peak} of memory, and ${formatBytes(memoryBytes)} are allowed; it was killed. ` +
    'Raise `memory` of the task, or do the work in smaller parts.'
  return memory(message)
}

function outOfHeap({ peakRss, memoryBytes }: ExitFacts): Verdict {
  const peak = peakRss === undefined ? '' : ` at ${formatBytes(peakRss)} of memory`
  const limit = memoryBytes === undefined ? 'Set' : `Raise (it is ${formatBytes(memoryBytes)})`
  return memory(
    `The JavaScript heap of the process was full${peak}, and V8 ended it. ${limit} \`memory\` of the task, or do the work in smaller parts.`,
  )
}

function memory(message: string): Verdict {
  return { reason: 'memory', code: 'MEMORY_LIMIT', name: 'MemoryLimit', message }
}

function signalled(name: string, message: string): Verdict {
  return { reason: 'signal', code: 'PROCESS_SIGNAL', name, message }
}

/** The end of stderr, which is where a dying process says why. */
function lastWords({ stderr }: ProcessExit): string {
  const text = stderr.trim()
  return text === '' ? '' : ` It last wrote to stderr:\n${text.slice(-2048)}`
}
