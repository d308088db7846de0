import type { JobId } from '../job/job-id.ts'
import { createJobId } from '../job/job-id.ts'
import { decodeJson } from '../job/json.ts'
import type { Implementation, JobContext } from '../task/implementation.ts'
import { checkOptions } from '../task/option-names.ts'
import { encodePayload, parsePayload, validate } from '../task/payload.ts'
import type { TaskTypes } from '../task/task.ts'

/** What the job of a test is like. */
export interface RunHandlerOptions {
  readonly jobId?: JobId | undefined
  /** Default 1. */
  readonly attempt?: number | undefined
  readonly tags?: readonly string[] | undefined
  /** Default: never aborts. */
  readonly signal?: AbortSignal | undefined
}

/** What a handler did. */
export interface HandlerRun<T extends TaskTypes> {
  /** As `result` would give it. */
  readonly output: T['output']
  /** Every report, in order, none merged. */
  readonly progress: readonly T['reported'][]
  readonly log: readonly string[]
}

const MAX_BYTES = 262_144

/**
 * Runs a handler here and now, with its payloads checked and carried as JSON as they would be in production; for unit
 * tests of handlers: `expect((await runHandler(integrate, { from: 0, to: 1 })).output).toEqual(…)`.
 * @throws what the handler throws; ValidationError, SerializationError, PayloadTooLargeError, InvalidOptionError
 */
export async function runHandler<T extends TaskTypes>(
  implementation: Implementation<T>,
  input: T['input'],
  options: RunHandlerOptions = {},
): Promise<HandlerRun<T>> {
  checkOptions('runHandler', options, ['jobId', 'attempt', 'tags', 'signal'])
  const { task } = implementation
  const progress: T['reported'][] = []
  const log: string[] = []
  const reports: Promise<unknown>[] = []
  const ctx: JobContext = {
    jobId: options.jobId ?? createJobId(),
    task: task.name,
    queue: task.queue,
    tags: options.tags ?? [],
    attempt: options.attempt ?? 1,
    signal: options.signal ?? new AbortController().signal,
    progress: (value) => {
      progress.push(value)
      reports.push(validate(task, 'progress', value))
    },
    log: (line) => void log.push(line),
  }
  const parsed = await parsePayload(
    task,
    'input',
    await encodePayload(task, 'input', input, MAX_BYTES),
    MAX_BYTES,
  )
  const returned = await implementation.run(parsed, ctx)
  await Promise.all(reports)
  const text = await encodePayload(task, 'output', returned, MAX_BYTES)
  const output = await validate(
    task,
    'output',
    decodeJson(text, { what: `the output of task "${task.name}"` }),
  )
  return { output, progress, log }
}
