import type { HotlineEvent } from '../events/event.ts'
import type { JobEvent } from '../job/event.ts'

/** Upper bounds of the buckets of a duration, in seconds: from the hand-over of one job to a long one. */
export const DURATION_BUCKETS: readonly number[] = [
  ...[0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  ...[30, 60, 300, 900, 3600, 14_400],
]

/** What one series is about. */
export type Labels = Readonly<Record<string, string>>

/** How many events of one kind there were. */
export interface Count {
  readonly labels: Labels
  readonly value: number
}

/** Durations of one kind: `counts` has one number per bucket, not cumulated, and one for what is above all. */
export interface Durations {
  readonly labels: Labels
  readonly counts: readonly number[]
  readonly count: number
  /** In seconds. */
  readonly sum: number
}

/** Names of tasks and queues come from outside; those beyond so many kinds are counted together. */
const MOST_KINDS = 500
const OTHER = 'other'

/** A measure of an event, and what it is about. */
export interface Measure {
  readonly labels: Labels
  /** In seconds. */
  readonly seconds: number
}

/** What an event adds to the numbers, for whoever counts: events by type, waits by start, runs by end. */
export interface Measured {
  readonly event: Labels
  readonly wait?: Measure | undefined
  readonly run?: Measure | undefined
}

/** Reads one event. Notices have a type and nothing else. */
export function measuresOf(event: HotlineEvent): Measured {
  if (!('jobId' in event)) return { event: { type: event.type } }
  const { type, task, queue } = event
  const runMs = runOf(event)
  return {
    event: { type, task, queue },
    wait:
      event.type === 'job.started' ? { labels: { task, queue }, seconds: event.waitMs / 1000 } : undefined,
    run:
      runMs === undefined ? undefined : { labels: { task, queue, end: endOf(event) }, seconds: runMs / 1000 },
  }
}

function runOf(event: JobEvent): number | undefined {
  return 'runMs' in event ? event.runMs : undefined
}

/** `job.retrying` ends an attempt as `failed` does. */
function endOf({ type }: JobEvent): string {
  return type === 'job.retrying' ? 'failed' : type.replace('job.', '')
}

/** Numbers of a log since this was made: a fold of its events, of bounded size. */
export class JobMetrics {
  readonly #events = new Map<string, { labels: Labels; value: number }>()
  readonly #waits = new Map<string, MutableDurations>()
  readonly #runs = new Map<string, MutableDurations>()

  see(event: HotlineEvent): void {
    const { event: labels, wait, run } = measuresOf(event)
    const counted = within(this.#events, labels, (own) => ({ labels: own, value: 0 }))
    counted.value += 1
    if (wait !== undefined) within(this.#waits, wait.labels, none).add(wait.seconds)
    if (run !== undefined) within(this.#runs, run.labels, none).add(run.seconds)
  }

  get events(): readonly Count[] {
    return [...this.#events.values()]
  }

  /** From due to started. */
  get waits(): readonly Durations[] {
    return [...this.#waits.values()]
  }

  /** Of one attempt, by how it ended. */
  get runs(): readonly Durations[] {
    return [...this.#runs.values()]
  }
}

class MutableDurations implements Durations {
  readonly labels: Labels
  readonly counts: number[] = Array.from({ length: DURATION_BUCKETS.length + 1 }, () => 0)
  count = 0
  sum = 0

  constructor(labels: Labels) {
    this.labels = labels
  }

  add(seconds: number): void {
    const found = DURATION_BUCKETS.findIndex((bound) => seconds <= bound)
    const bucket = found === -1 ? DURATION_BUCKETS.length : found
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1
    this.count += 1
    this.sum += seconds
  }
}

const none = (labels: Labels): MutableDurations => new MutableDurations(labels)

/** The series of the labels; beyond the bound, that of the same labels with every name from outside left out. */
function within<T>(series: Map<string, T>, labels: Labels, make: (labels: Labels) => T): T {
  const known = series.get(keyOf(labels))
  if (known !== undefined) return known
  const own = series.size < MOST_KINDS ? labels : { ...labels, ...namesLeftOut(labels) }
  const found = series.get(keyOf(own)) ?? make(own)
  series.set(keyOf(own), found)
  return found
}

function keyOf(labels: Labels): string {
  return JSON.stringify(labels)
}

function namesLeftOut({ task, queue }: Labels): Labels {
  return { ...(task === undefined ? {} : { task: OTHER }), ...(queue === undefined ? {} : { queue: OTHER }) }
}
