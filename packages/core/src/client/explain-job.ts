import type { Priority } from '../job/event.ts'
import type { JobId } from '../job/job-id.ts'
import type { JobRecord } from '../job/record.ts'
import { isFinal } from '../job/record.ts'
import type { Sighting } from '../job/truth.ts'
import { absence } from '../job/truth.ts'
import { explain, fitWorkers, type Scene } from '../observe/explain.ts'
import type { Explanation } from '../observe/explanation.ts'
import type { WorkerPresence } from '../transport/presence.ts'
import type { Transport } from '../transport/transport.ts'
import { type Part, someOf } from './some-of.ts'

/** What is looked at for the place in the line, at most, and for how long. */
const LINE = { most: 10_000, withinMs: 3000 }
/** Recent runs of a task that its typical run time is the median of. */
const RECENT = { most: 25, withinMs: 1000 }
const RANKS: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 }

/** Looks at the backend as often as the job's state asks for, and explains it. */
export async function explainJob(transport: Transport, id: JobId): Promise<Explanation> {
  const sighting = await transport.log.get(id)
  const { leaseMs, retentionMs } = transport.limits
  if (sighting === undefined) {
    const observedAt = Date.now()
    const why = absence(id, observedAt, retentionMs)
    return why === 'unknown' ? { id, observedAt, why } : { id, observedAt, why, retentionMs }
  }
  return explain(sighting, { ...(await lookAround(transport, sighting)), leaseMs })
}

async function lookAround(transport: Transport, { record }: Sighting): Promise<Omit<Scene, 'leaseMs'>> {
  const nobody = { workers: [], paused: [], ahead: [], isWhole: true }
  if (isFinal(record.state)) return { ...nobody, typicalMs: new Map() }
  if (record.state === 'running') return { ...nobody, typicalMs: await typicalRuns(transport, [record.task]) }
  const [workers, paused, line] = await Promise.all([
    transport.control.workers(),
    transport.queue.paused(),
    jobsAhead(transport, record),
  ])
  const ahead = line.items.map(({ task }) => task)
  const typicalMs = await typicalRuns(transport, [...ahead, ...runningTasks(fitWorkers(record, workers))])
  return { workers, paused, ahead, isWhole: line.isWhole, typicalMs }
}

/** The due jobs of the queue that go first: a higher priority, or the same and due earlier. */
async function jobsAhead(transport: Transport, record: JobRecord): Promise<Part<JobRecord>> {
  const { queue } = record
  const parts = await Promise.all(
    (['queued', 'retrying'] as const).map((state) => someOf(transport.log.list({ queue, state }), LINE)),
  )
  const items = parts.flatMap((part) =>
    part.items.flatMap((other) => (isDue(other) && goesFirst(other.record, record) ? [other.record] : [])),
  )
  return { items, isWhole: parts.every(({ isWhole }) => isWhole) }
}

function isDue({ record, observedAt }: Sighting): boolean {
  return record.runAt <= observedAt
}

function goesFirst(one: JobRecord, other: JobRecord): boolean {
  if (one.id === other.id) return false
  const rank = RANKS[one.priority] - RANKS[other.priority]
  if (rank !== 0) return rank < 0
  return one.runAt === other.runAt ? one.id < other.id : one.runAt < other.runAt
}

function runningTasks(workers: readonly WorkerPresence[]): string[] {
  return workers.flatMap(({ slots }) => slots.flatMap(({ job }) => job?.task ?? []))
}

async function typicalRuns(
  transport: Transport,
  tasks: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = await Promise.all(
    [...new Set(tasks)].map(async (task) => {
      const { items } = await someOf(transport.log.list({ task, state: 'succeeded' }), RECENT)
      const runs = items.flatMap(({ record }) => record.attempts.at(-1)?.runMs ?? [])
      const median = runs.toSorted((a, b) => a - b)[runs.length >> 1]
      return median === undefined ? [] : [[task, median] as const]
    }),
  )
  return new Map(found.flat())
}
