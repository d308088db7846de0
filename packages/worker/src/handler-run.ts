import type { Implementation } from '@hotline/core'
import { describeError, encodePayload, loadTracing, parsePayload } from '@hotline/core'
import type { RunContext } from './run-context.ts'
import type { Answer, Assignment } from './runner.ts'

/** As {@link runOnce}, in a span of the trace that the job was enqueued in, if this process has OpenTelemetry. */
export async function runHandler(
  implementation: Implementation,
  assignment: Assignment,
  context: RunContext,
): Promise<Answer> {
  const { jobId: id, task, queue, attempt, traceparent } = assignment
  const tracing = await loadTracing()
  const run = () => runOnce(implementation, assignment, context)
  return tracing.process({ id, task, queue, attempt }, traceparent, run, (answer) =>
    answer.kind === 'failed' ? { error: answer.error } : {},
  )
}

/**
 * Runs a handler once, in this process: checks the input, calls the handler, checks the output. Never rejects. What
 * the schema refuses would be refused again, so only an error of the handler is worth another attempt.
 */
async function runOnce(
  { task, run }: Implementation,
  { input, maxBytes }: Assignment,
  context: RunContext,
): Promise<Answer> {
  let parsed: unknown
  try {
    parsed = await parsePayload(task, 'input', input, maxBytes)
  } catch (error) {
    return refused('INVALID_INPUT', error)
  }
  let returned: unknown
  try {
    returned = await run(parsed, context)
  } catch (error) {
    return failed(error)
  } finally {
    context.end()
  }
  try {
    const output = await encodePayload(task, 'output', returned, maxBytes)
    return { kind: 'returned', output, heeded: context.isHeeded }
  } catch (error) {
    return refused('INVALID_OUTPUT', error)
  }
}

/** The answer for an error that was thrown, whatever it is. */
export function failed(error: unknown): Extract<Answer, { kind: 'failed' }> {
  const isRetryable = !isFinalError(error)
  return { kind: 'failed', code: 'HANDLER_ERROR', error: describeError(error), isRetryable, spoiled: false }
}

function refused(code: 'INVALID_INPUT' | 'INVALID_OUTPUT', error: unknown): Answer {
  return { kind: 'failed', code, error: describeError(error), isRetryable: false, spoiled: false }
}

/** Anything can be thrown, and may throw itself when it is looked at. */
function isFinalError(error: unknown): boolean {
  try {
    return typeof error === 'object' && error !== null && Reflect.get(error, 'final') === true
  } catch {
    return false
  }
}
