/**
 * What the end of an attempt means for its job, as events to propose. Pure: who ran it, how it ended and what had been
 * asked of it come in; core's policy decides about retries and crash limits.
 */
import type { ErrorDocument, JobRecord, ProposedEvent, StopMeans, Usage } from '@hotline/core'
import { afterCrash, afterError, afterRelease, afterStop, decodeJson, formatDuration } from '@hotline/core'
import type { ExitFacts } from './process-exit.ts'
import { crashOf } from './process-exit.ts'
import type { Answer, Ending, ProcessExit, StopReason } from './runner.ts'
import type { Rung } from './stop-ladder.ts'

/** A stop that was asked for while the attempt ran. */
export interface StopFacts {
  readonly reason: StopReason
  readonly tookMs: number
  readonly rung: Rung
}

/** How an attempt ended, and what is known about it. */
export interface AttemptFacts {
  readonly ending: Ending
  readonly stop: StopFacts | undefined
  readonly usage: ExitFacts
  readonly maxBytes: number
  /** The process was ended by a signal that its whole group got, while the worker drains. */
  readonly isDrained: boolean
}

/** What to propose; nothing where the word of this worker no longer counts. */
export function outcomeOf(record: JobRecord, facts: AttemptFacts): ProposedEvent[] {
  const { ending, stop } = facts
  if (ending.kind === 'unknown-task') return afterRelease(record, 'unknown-task')
  if (ending.kind === 'returned' && !(ending.heeded && stop !== undefined))
    return succeeded(record, ending, facts)
  if (stop?.reason === 'lease') return []
  // A cancelled job ends as cancelled whichever way its process went, and whatever else was asked of it.
  if (stop !== undefined && record.cancel !== undefined)
    return afterStop(record, { means: meansOf(ending, stop), tookMs: stop.tookMs })
  if (facts.usage.isOverMemory && ending.kind === 'exited')
    return afterCrash(record, crashOf(ending, facts.usage))
  if (stop?.reason === 'timeout') return timedOut(record, ending, stop, facts)
  if (stop !== undefined || facts.isDrained) return afterRelease(record, 'drain')
  if (ending.kind === 'exited') return afterCrash(record, crashOf(ending, facts.usage))
  if (ending.kind === 'failed')
    return afterError(record, { ...ending, retryable: ending.isRetryable, usage: usageOf(facts) })
  return succeeded(record, ending, facts)
}

/**
 * The same end for a job that, as it turns out, somebody wants stopped: it may end, but not go on. A crash keeps its
 * evidence.
 */
export function outcomeOfCancelled(record: JobRecord, facts: AttemptFacts): ProposedEvent[] {
  const { ending, stop, usage } = facts
  if (stop === undefined && ending.kind === 'exited' && !facts.isDrained)
    return afterCrash(record, crashOf(ending, usage))
  return afterStop(record, { means: meansOf(ending, stop), tookMs: stop?.tookMs ?? 0 })
}

function succeeded(
  record: JobRecord,
  { output }: Extract<Answer, { kind: 'returned' }>,
  facts: AttemptFacts,
): ProposedEvent[] {
  const result = decodeJson(output, { what: `the output of task "${record.task}"`, maxBytes: facts.maxBytes })
  return [{ type: 'job.succeeded', jobId: record.id, attempt: record.attempt, result, ...usageOf(facts) }]
}

function timedOut(record: JobRecord, ending: Ending, stop: StopFacts, facts: AttemptFacts): ProposedEvent[] {
  const allowed = formatDuration(record.limits.timeoutMs ?? 0)
  const message = `The attempt was given ${allowed} and took ${formatDuration(facts.usage.runMs)}; ${HOW[meansOf(ending, stop)]}.`
  const cause = ending.kind === 'failed' && ending.error.name !== 'AbortError' ? { cause: ending.error } : {}
  const error: ErrorDocument = {
    name: 'JobTimeout',
    message: `${message} Raise \`timeout\` of the task, or do the work in smaller parts.`,
    code: 'TIMEOUT',
    ...cause,
  }
  return afterError(record, { code: 'TIMEOUT', error, usage: usageOf(facts), retryable: true })
}

const HOW: { readonly [means in StopMeans]: string } = {
  handler: 'its handler heeded the abort signal',
  SIGTERM: 'its handler did not heed the abort signal, and SIGTERM ended its process',
  SIGKILL: 'neither the abort signal nor SIGTERM stopped it, and SIGKILL ended its process',
  'before-start': 'it had not begun',
  'process-died': 'its process died',
}

/** What ended it: an answer is the handler's doing, an exit that of the signal, or of the highest rung there was. */
function meansOf(ending: Ending, stop: StopFacts | undefined): StopMeans {
  if (ending.kind === 'unknown-task') return 'before-start'
  if (ending.kind !== 'exited') return 'handler'
  if (stop === undefined) return 'process-died'
  if (ending.signal === 'SIGTERM' || ending.signal === 'SIGKILL') return ending.signal
  return stop.rung === 'SIGTERM' || stop.rung === 'SIGKILL' ? stop.rung : exitMeans(ending)
}

/** Without a signal from us: a handler that heeds by `process.exit`, or one that crashed for reasons of its own. */
function exitMeans({ signal }: ProcessExit): StopMeans {
  return signal === undefined ? 'handler' : 'process-died'
}

function usageOf({ usage: { runMs, cpuMs, peakRss } }: AttemptFacts): Usage {
  return { runMs, cpuMs, peakRss }
}
