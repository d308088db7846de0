import type { EventOf } from '../events/event.ts'
import type { JobId } from '../job/job-id.ts'
import type { JobRecord } from '../job/record.ts'
import type { WorkerPresence } from '../transport/presence.ts'
import type { WorkersSeen } from './observation.ts'

/** A worker, by its notices and by its latest heartbeat. */
export interface LiveWorker {
  readonly worker: string
  readonly state: 'running' | 'draining' | 'lost'
  /** Jobs it may run at once; `undefined` while nobody has said. */
  readonly limit: number | undefined
  /** Missing until the first look at the heartbeats. */
  readonly presence: WorkerPresence | undefined
  /** The jobs in it, by the log. */
  readonly jobs: ReadonlySet<JobId>
}

interface Worker {
  state: LiveWorker['state']
  limit: number | undefined
  presence: WorkerPresence | undefined
  /** When something was last heard, by the observer's clock. */
  heardAt: number
  readonly jobs: Set<JobId>
}

/** A worker that nobody lists is kept for so long: it may have come online just after the look. */
const UNLISTED_MS = 10_000
/** Workers that were lost, at most; the oldest give way. */
const MOST_LOST = 5

/** Who has which job, and whether anybody ever had more than its limit. */
export class LiveWorkers {
  readonly #workers = new Map<string, Worker>()
  readonly #holder = new Map<JobId, string>()
  #peakRunning = 0
  #isBroken = false

  list(): LiveWorker[] {
    return [...this.#workers]
      .map(([worker, { state, limit, presence, jobs }]) => ({ worker, state, limit, presence, jobs }))
      .sort((a, b) => (a.worker < b.worker ? -1 : 1))
  }

  /** Attempts under way, by the log. */
  get running(): number {
    return this.#holder.size
  }

  get peakRunning(): number {
    return this.#peakRunning
  }

  /** Whether a worker ever had more attempts under way than its limit. */
  get isBroken(): boolean {
    return this.#isBroken
  }

  /** Goes on from what was counted before. */
  count({ peakRunning, isBroken }: { readonly peakRunning: number; readonly isBroken: boolean }): void {
    this.#peakRunning = Math.max(this.#peakRunning, peakRunning)
    this.#isBroken ||= isBroken
  }

  online({ worker, limit }: EventOf<'worker.online'>, heardAt: number): void {
    Object.assign(this.#of(worker, heardAt), { limit, state: 'running' })
  }

  offline(worker: string): void {
    this.#forget(worker)
  }

  lost(worker: string, heardAt: number): void {
    this.#of(worker, heardAt).state = 'lost'
    const lost = [...this.#workers].filter(([, { state }]) => state === 'lost')
    for (const [name] of lost.slice(0, -MOST_LOST)) this.#forget(name)
  }

  /** Takes the heartbeats. Who is not among them is gone, unless it was lost or has just come. */
  look({ workers, at }: WorkersSeen): void {
    for (const presence of workers) {
      const { worker, limit, state } = presence
      Object.assign(this.#of(worker, at), { presence, limit, state })
    }
    const listed = new Set(workers.map(({ worker }) => worker))
    for (const [name, { state, heardAt, jobs }] of this.#workers)
      if (!listed.has(name) && state !== 'lost' && jobs.size === 0 && at - heardAt > UNLISTED_MS)
        this.#forget(name)
  }

  /** Notes who runs the job now. */
  place({ id, state, attempts }: JobRecord, heardAt: number): void {
    const holder = state === 'running' ? attempts.at(-1)?.worker : undefined
    const before = this.#holder.get(id)
    if (holder === before) return
    this.remove(id)
    if (holder === undefined) return
    const worker = this.#of(holder, heardAt)
    worker.jobs.add(id)
    this.#holder.set(id, holder)
    this.#peakRunning = Math.max(this.#peakRunning, this.running)
    if (worker.limit !== undefined && worker.jobs.size > worker.limit) this.#isBroken = true
  }

  remove(id: JobId): void {
    this.#workers.get(this.#holder.get(id) ?? '')?.jobs.delete(id)
    this.#holder.delete(id)
  }

  /** Behind a gap nothing is known to be under way. */
  clear(): void {
    for (const id of [...this.#holder.keys()]) this.remove(id)
  }

  #of(name: string, heardAt: number): Worker {
    const known = this.#workers.get(name)
    const worker = known ?? {
      ...{ state: 'running', limit: undefined, presence: undefined, heardAt },
      jobs: new Set<JobId>(),
    }
    worker.heardAt = heardAt
    this.#workers.set(name, worker)
    return worker
  }

  #forget(name: string): void {
    for (const id of this.#workers.get(name)?.jobs ?? []) this.#holder.delete(id)
    this.#workers.delete(name)
  }
}
