import { getHeapStatistics } from 'node:v8'
import type { Logger, ProposedNotice, RecycleReason } from '@hotline/core'
import { formatBytes } from '@hotline/core'
import { childExecArgv } from './child-environment.ts'
import { moduleName, requireTasks } from './handlers.ts'
import type { ProcessPlan } from './job-process.ts'
import { JobProcess } from './job-process.ts'
import type { TaskFacts } from './message.ts'
import { sleep } from './outage.ts'
import { processUsage } from './process-usage.ts'
import type { RunnerPool, RunnerReport } from './runner-pool.ts'

/** Settings of a pool. */
export interface PoolSettings extends Omit<ProcessPlan, 'execArgv'> {
  readonly worker: string
  /** Names of tasks that the handlers must cover. */
  readonly required: readonly string[]
  /** A process that has run so many jobs, or holds more memory after one, is replaced. */
  readonly recycle: { readonly jobs: number; readonly rss: number }
  readonly logger: Logger
  note(notice: ProposedNotice): void
}

const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 30_000

/**
 * One process per slot, started before it is needed. A process that is worn (by jobs or memory), that crashed or was
 * killed is replaced at once: the new one loads while the old one ends. Handlers that do not load any more are tried
 * again after 1 s, doubled up to 30 s.
 */
export class JobProcessPool implements RunnerPool {
  readonly #settings: PoolSettings
  readonly #processes = new Map<number, Promise<JobProcess | undefined>>()
  readonly #alive = new Set<JobProcess>()
  readonly #loading = new Set<JobProcess>()
  readonly #closing = new AbortController()
  /** The process that told the tasks, until a slot takes it. */
  #first: JobProcess | undefined
  /** Size of the heap in bytes; 0 = V8's own choice. */
  #heap = 0
  #rssBound: number

  constructor(settings: PoolSettings) {
    this.#settings = settings
    this.#rssBound = settings.recycle.rss
  }

  async open(): Promise<readonly TaskFacts[]> {
    const first = this.#fork()
    const tasks = await first.ready()
    const rss = processUsage.sampleNow(first.pid)?.rss ?? 0
    try {
      requireTasks(this.#settings.required, tasks, moduleName(this.#settings.address))
    } catch (error) {
      await first.end()
      throw error
    }
    this.#first = first
    await this.#adapt(tasks, rss)
    return tasks
  }

  take(slot: number): Promise<JobProcess | undefined> {
    const known = this.#processes.get(slot)
    if (known !== undefined) return known
    const first = this.#first
    this.#first = undefined
    const taken = first === undefined ? this.#load() : Promise.resolve(first)
    this.#processes.set(slot, taken)
    return taken
  }

  keeps(process: JobProcess, { recycle, lastRss }: RunnerReport): boolean {
    if (this.#closing.signal.aborted) return false
    return (recycle ?? this.#wear(process, rssOf(process, lastRss))) === undefined
  }

  giveBack(slot: number, process: JobProcess, { recycle, lastRss }: RunnerReport): void {
    if (this.#closing.signal.aborted) return
    const rss = rssOf(process, lastRss)
    const reason = recycle ?? this.#wear(process, rss)
    if (reason !== undefined) this.#processes.set(slot, this.#replace(slot, process, reason, rss))
  }

  retire(): void {
    this.#closing.abort()
    for (const process of this.#loading) process.kill('SIGKILL')
  }

  async close(): Promise<void> {
    this.retire()
    await Promise.all([...this.#alive].map((process) => process.end()))
  }

  /**
   * Fits the processes to the memory of the tasks: what a job leaves behind must not weigh on the next, and V8's
   * default must not end a job below its own limit. Another heap needs another start.
   */
  async #adapt(tasks: readonly TaskFacts[], freshRss: number): Promise<void> {
    const limits = tasks.flatMap(({ memoryBytes }) => memoryBytes ?? [])
    if (limits.length === 0) return
    const [least, most] = [Math.min(...limits), Math.max(...limits)]
    this.#rssBound = Math.min(this.#rssBound, Math.max(least / 2, freshRss * 2))
    if (least <= freshRss) {
      const facts = { least: formatBytes(least), idle: formatBytes(freshRss) }
      this.#settings.logger.warn(facts, 'a task is allowed less memory than its process takes before any job')
    }
    // A task without a limit keeps at least the default.
    const isForAll = limits.length === tasks.length
    if (!isForAll && most <= getHeapStatistics().heap_size_limit) return
    this.#heap = most
    const first = this.#first
    this.#first = undefined
    await first?.end()
  }

  #wear(process: JobProcess, rss = 0): RecycleReason | undefined {
    if (process.gone.aborted) return 'crash'
    if (process.jobsRun >= this.#settings.recycle.jobs) return 'jobs'
    return rss > this.#rssBound ? 'rss' : undefined
  }

  async #replace(
    slot: number,
    old: JobProcess,
    reason: RecycleReason,
    rssBefore: number | undefined,
  ): Promise<JobProcess | undefined> {
    const { worker, logger, note } = this.#settings
    const { jobsRun } = old
    const diedYoung = old.gone.aborted && jobsRun === 0 && performance.now() - old.startedAt < FIRST_WAIT_MS
    if (diedYoung) await sleep(FIRST_WAIT_MS, this.#closing.signal)
    const [fresh] = await Promise.all([this.#load(), old.end()])
    if (fresh === undefined) return undefined
    const rssAfter = processUsage.sampleNow(fresh.pid)?.rss
    logger.info({ slot, reason, jobsRun, rss: formatBytes(rssBefore ?? 0) }, 'replaced the process of a slot')
    note({ type: 'slot.recycled', worker, slot, reason, jobsRun, rssBefore, rssAfter })
    return fresh
  }

  /** A process that is ready, however long it takes; `undefined` when the pool closes. */
  async #load(): Promise<JobProcess | undefined> {
    const { signal } = this.#closing
    for (let wait = FIRST_WAIT_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        return await this.#start()
      } catch (error) {
        if (signal.aborted) return undefined
        this.#settings.logger.error(
          { err: error },
          `a process for jobs does not start; trying again in ${wait} ms`,
        )
        await sleep(wait, signal)
      }
    }
    return undefined
  }

  async #start(): Promise<JobProcess> {
    const process = this.#fork()
    this.#loading.add(process)
    try {
      await process.ready()
      return process
    } finally {
      this.#loading.delete(process)
    }
  }

  #fork(): JobProcess {
    const process = new JobProcess({ ...this.#settings, execArgv: childExecArgv(this.#heap) })
    this.#alive.add(process)
    void process.ended().then(() => this.#alive.delete(process))
    return process
  }
}

/** As it is now, or as it was measured last. */
function rssOf({ pid }: JobProcess, lastRss: number | undefined): number | undefined {
  return processUsage.sampleNow(pid)?.rss ?? lastRss
}
