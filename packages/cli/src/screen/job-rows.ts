import type { JobRecord, JobState, LiveScene } from '@hotline/core'
import { isFinal } from '@hotline/core'
import type { Sort } from './screen-state.ts'

const STATES = ['running', 'retrying', 'queued', 'scheduled', 'failed', 'expired', 'cancelled', 'succeeded']

/** The jobs of the list: those that the filter lets through, in the order of the sort. Newest first where that is equal. */
export function jobRows({ jobs }: LiveScene, sort: Sort, filter: string): JobRecord[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  const found = words.length === 0 ? [...jobs] : jobs.filter((job) => words.every((word) => has(job, word)))
  return found.sort((a, b) => ORDERS[sort](a, b) || (a.id < b.id ? 1 : -1))
}

/** `now` by the backend's clock. A job whose delay is over is queued, whatever was last stored. */
export function stateAt({ state, runAt }: JobRecord, now: number): JobState {
  return state === 'scheduled' && runAt <= now ? 'queued' : state
}

/** When the job's latest attempt began, if it runs; else when it began to wait or ended. */
export function sinceOf({ state, attempts, runAt, finishedAt, queuedAt }: JobRecord): number {
  if (state === 'running') return attempts.at(-1)?.startedAt ?? queuedAt
  return finishedAt ?? Math.max(queuedAt, runAt)
}

const ORDERS: Readonly<Record<Sort, (a: JobRecord, b: JobRecord) => number>> = {
  newest: () => 0,
  state: (a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state),
  task: (a, b) => (a.task === b.task ? 0 : a.task < b.task ? -1 : 1),
  longest: (a, b) => lengthOf(b) - lengthOf(a),
}

/** Running jobs by how long they run, above those that ran, by how long they did. */
function lengthOf(job: JobRecord): number {
  if (job.state === 'running') return Number.MAX_SAFE_INTEGER - sinceOf(job)
  const last = job.attempts.at(-1)
  return isFinal(job.state) && last?.endedAt !== undefined ? last.endedAt - last.startedAt : -1
}

function has({ id, task, state, queue, tags, attempts }: JobRecord, word: string): boolean {
  const texts = [id, task, state, queue, ...tags, attempts.at(-1)?.worker ?? '']
  return texts.some((text) => text.toLowerCase().includes(word))
}
