import type { JobRecord } from '../job/record.ts'
import { isFinal, openAttempt } from '../job/record.ts'
import type { Sighting } from '../job/truth.ts'
import { stateOf } from '../job/truth.ts'
import type { WorkerPresence } from '../transport/presence.ts'
import type { BusySlot, Explanation, Line, Obstacle, UnfitWorker } from './explanation.ts'
import { SlotSchedule } from './slot-schedule.ts'

/** What an explanation is made of: one look at the backend. */
export interface Scene {
  readonly workers: readonly WorkerPresence[]
  readonly paused: readonly string[]
  /** The due jobs of the same queue that go first, each by its task. */
  readonly ahead: readonly string[]
  /** False where `ahead` is only a part of them. */
  readonly isWhole: boolean
  /** How long a run of a task takes, in ms. */
  readonly typicalMs: ReadonlyMap<string, number>
  readonly leaseMs: number
}

/** Says of a job that the backend has why it is not running, or what it does. Pure. */
export function explain(sighting: Sighting, scene: Scene): Explanation {
  const { record, observedAt } = sighting
  const head = { id: record.id, observedAt, task: record.task, queue: record.queue }
  if (isFinal(record.state)) return { ...head, ...endOf(record, record.state) }
  if (record.state === 'running') return { ...head, ...runOf(sighting, scene) }
  const line: Line = { ahead: scene.ahead.length, isWhole: scene.isWhole }
  const [first, ...also] = obstaclesOf(sighting, scene)
  if (first !== undefined) return { ...head, ...first, also, line }
  const workers = fitWorkers(record, scene.workers)
  const free = limitOf(workers) - busySlots(workers, scene).length
  return { ...head, why: 'next', free, also, line }
}

/** The workers that would take the job: they serve its queue, have its task, and are not about to stop. */
export function fitWorkers(
  record: Pick<JobRecord, 'queue' | 'task'>,
  workers: readonly WorkerPresence[],
): readonly WorkerPresence[] {
  return workers.filter((worker) => unfitness(record, worker) === undefined)
}

function unfitness(
  { queue, task }: Pick<JobRecord, 'queue' | 'task'>,
  worker: WorkerPresence,
): UnfitWorker['lacks'] | undefined {
  if (!worker.queues.includes(queue)) return 'queue'
  if (!worker.tasks.includes(task)) return 'task'
  return worker.state === 'draining' ? 'time' : undefined
}

function endOf(record: JobRecord, state: Extract<Explanation, { why: 'finished' }>['state']) {
  const { finishedAt, updatedAt, attempts, code, error, receipt } = record
  const runMs = attempts.at(-1)?.runMs
  const at = finishedAt ?? updatedAt
  return {
    why: 'finished',
    ...{ state, at, attempts: attempts.length, runMs, code, message: error?.message, receipt },
  } as const
}

function runOf(sighting: Sighting, { typicalMs, leaseMs }: Scene) {
  const { record, leaseUntil, observedAt } = sighting
  const open = openAttempt(record)
  const { worker = '?', slot = 0, pid = 0, startedAt = observedAt } = open ?? {}
  const run = { worker, slot, pid, attempt: record.attempt, since: startedAt, leaseUntil }
  // The last sign of life came when the lease was extended, a lease before its end.
  if (stateOf(sighting) === 'lost')
    return { why: 'lost', ...run, requeuedBy: (leaseUntil ?? observedAt) + leaseMs } as const
  const typical = typicalMs.get(record.task)
  const stopAskedAt = record.cancel?.at
  return { why: 'running', ...run, progress: record.progress, typicalMs: typical, stopAskedAt } as const
}

function obstaclesOf({ record, observedAt }: Sighting, scene: Scene): Obstacle[] {
  const obstacles: Obstacle[] = []
  if (record.runAt > observedAt) obstacles.push(delayOf(record))
  if (scene.paused.includes(record.queue)) obstacles.push({ why: 'paused' })
  const fit = fitWorkers(record, scene.workers)
  if (fit.length === 0)
    return [...obstacles, { why: 'no-worker', unfit: unfitWorkers(record, scene.workers) }]
  const tooBig = tooBigFor(record, fit)
  if (tooBig !== undefined) obstacles.push(tooBig)
  const slots = busySlots(fit, scene)
  const limit = limitOf(fit)
  if (slots.length < limit) return obstacles
  const startsAt = estimate(slots, { limit, now: observedAt, scene })
  return [...obstacles, { why: 'busy', limit, slots, startsAt }]
}

function delayOf({ state, runAt, failures, limits, misses, code, error, attempts }: JobRecord): Obstacle {
  if (state !== 'retrying') return { why: 'delayed', until: runAt, misses }
  const last = attempts.at(-1)
  return {
    why: 'retrying',
    ...{ until: runAt, failures, attempts: limits.attempts },
    ...{ code: last?.code ?? code, message: (last?.error ?? error)?.message },
  }
}

function unfitWorkers(record: JobRecord, workers: readonly WorkerPresence[]): UnfitWorker[] {
  return workers.flatMap((worker) => {
    const lacks = unfitness(record, worker)
    return lacks === undefined ? [] : [{ worker: worker.worker, lacks }]
  })
}

/** n.b. a worker that does not tell its memory may have enough. */
function tooBigFor({ limits }: JobRecord, fit: readonly WorkerPresence[]): Obstacle | undefined {
  const memory = limits.memoryBytes
  if (memory === undefined || fit.some((worker) => worker.memory === undefined)) return undefined
  const largest = Math.max(...fit.map((worker) => worker.memory ?? 0))
  return memory > largest ? { why: 'too-big', memory, largest } : undefined
}

function limitOf(workers: readonly WorkerPresence[]): number {
  return workers.reduce((sum, { limit }) => sum + limit, 0)
}

function busySlots(workers: readonly WorkerPresence[], { typicalMs }: Scene): BusySlot[] {
  return workers.flatMap(({ worker, slots }) =>
    slots.flatMap(({ slot, job }) => {
      if (job === undefined) return []
      const { id, task, since } = job
      return [{ worker, slot, job: id, task, since, typicalMs: typicalMs.get(task) }]
    }),
  )
}

/** When a slot comes to the job: those that are busy end in their typical time, then the jobs ahead take theirs. */
function estimate(
  slots: readonly BusySlot[],
  { limit, now, scene }: { limit: number; now: number; scene: Scene },
): number | undefined {
  if (!scene.isWhole) return undefined
  const left = slots.map(({ since, typicalMs = Number.NaN }) => Math.max(0, since + typicalMs - now))
  const ahead = scene.ahead.map((task) => scene.typicalMs.get(task) ?? Number.NaN)
  const schedule = new SlotSchedule(limit, now)
  for (const runMs of [...left, ...ahead]) schedule.place({ dueAt: now, runMs })
  return [...left, ...ahead].some(Number.isNaN) ? undefined : Math.round(schedule.nextStart)
}
