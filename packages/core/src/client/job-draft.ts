import { hash } from 'node:crypto'
import type { JobLimits } from '../job/event.ts'
import { createJobId } from '../job/job-id.ts'
import { encodePayload } from '../task/payload.ts'
import type { Task, TaskTypes } from '../task/task.ts'
import type { NewJob, TransportLimits } from '../transport/transport.ts'
import type { EnqueueOptions } from './enqueue-options.ts'
import { checkWithin, enqueueTerms } from './enqueue-options.ts'

/** What a draft needs besides the task and the input. */
export interface DraftContext {
  readonly limits: TransportLimits
  readonly options?: EnqueueOptions | undefined
  readonly site?: string | undefined
}

/** Checks everything that can be checked before a job is stored. @throws as `enqueue` does */
export async function draftJob<T extends TaskTypes>(
  task: Task<T>,
  input: T['input'],
  context: DraftContext,
): Promise<NewJob> {
  const { maxPayloadBytes, retentionMs } = context.limits
  const terms = enqueueTerms(task, context.options, retentionMs)
  const limits = jobLimits(task, retentionMs)
  const text = await encodePayload(task, 'input', input, maxPayloadBytes)
  return {
    input: text,
    queued: {
      type: 'job.queued',
      jobId: createJobId(),
      attempt: 0,
      task: task.name,
      ...terms,
      limits,
      bytes: Buffer.byteLength(text),
      digest: hash('sha256', text),
      enqueueSite: context.site,
    },
  }
}

/** A job must be able to wait and run within what the backend remembers. */
function jobLimits(task: Task, backendRetentionMs: number): JobLimits {
  const { retentionMs = backendRetentionMs, timeoutMs } = task.limits
  checkWithin('retention', retentionMs, backendRetentionMs)
  if (timeoutMs !== undefined) checkWithin('timeout', timeoutMs, backendRetentionMs)
  return { ...task.limits, retentionMs }
}
