import type { JobState } from '../job/truth.ts'
import { checkChoice, checkOptions } from '../task/option-names.ts'
import type { JobQuery } from '../transport/transport.ts'

/** Which jobs to list, newest first. */
export interface JobsOptions {
  readonly state?: JobState | undefined
  readonly task?: string | undefined
  readonly queue?: string | undefined
  readonly tag?: string | undefined
  /** Default 100. */
  readonly limit?: number | undefined
}

const STATES = [
  ...(['scheduled', 'queued', 'running', 'retrying', 'lost'] as const),
  ...(['succeeded', 'failed', 'cancelled', 'expired'] as const),
] as const

/** What to ask the backend for, and how many to take. @throws InvalidOptionError */
export function readJobsOptions(options: JobsOptions): {
  readonly query: JobQuery
  readonly limit: number
} {
  checkOptions('jobs', options, ['state', 'task', 'queue', 'tag', 'limit'])
  const { limit = 100, ...query } = options
  if (query.state !== undefined) checkChoice<string>('state', query.state, STATES)
  return { query, limit }
}
