import type { ProposedNotice } from '@hotline/core'
import { closeShared, openShared } from '@hotline/core'
import { capacity } from './capacity.ts'
import { childEnvironment } from './child-environment.ts'
import { Crew } from './crew.ts'
import { checkHandlers, importHandlers, moduleName } from './handlers.ts'
import { InlinePool } from './inline-runner.ts'
import { JobProcessPool } from './job-process-pool.ts'
import type { RunnerPool } from './runner-pool.ts'
import type { Supervisor, SupervisorWatcher } from './supervisor.ts'
import type { WorkerSettings } from './worker-options.ts'

/** What a supervisor in this event loop is made of. */
export interface LocalPlan {
  /** Id of the worker. */
  readonly worker: string
  readonly settings: WorkerSettings
  readonly watcher: SupervisorWatcher
  /** `running` or `held` may have changed. */
  readonly onCount?: (() => void) | undefined
}

/** Supervises in the event loop that made it: leases are kept as long as that loop turns. */
export class LocalSupervisor implements Supervisor {
  readonly #plan: LocalPlan
  #limit: number | undefined
  #pool: RunnerPool | undefined
  #crew: Crew | undefined

  constructor(plan: LocalPlan) {
    this.#plan = plan
    this.#limit = plan.settings.concurrency
  }

  get limit(): number | undefined {
    return this.#limit
  }

  get running(): number {
    return this.#crew?.running ?? 0
  }

  get held(): number {
    return this.#crew?.held ?? 0
  }

  async start(): Promise<void> {
    const { worker, settings, watcher, onCount = () => {} } = this.#plan
    const { transport, concurrency } = settings
    const pool = this.#makePool()
    const undo: (() => Promise<void>)[] = []
    try {
      await openShared(transport)
      undo.unshift(() => closeShared(transport))
      const tasks = await pool.open()
      undo.unshift(() => pool.close())
      const size = capacity(tasks, concurrency)
      const plan = { worker, settings, pool, tasks, capacity: size }
      const crew = new Crew({ ...plan, onDrain: () => watcher.onDrain(), onCount })
      undo.unshift(() => crew.end())
      // All processes load at once, while the worker makes itself known.
      for (let slot = 0; slot < size.limit; slot++) void pool.take(slot)
      await crew.start()
      this.#pool = pool
      this.#crew = crew
      this.#limit = size.limit
    } catch (error) {
      for (const step of undo) await step()
      throw error
    }
  }

  async stop(graceMs: number): Promise<void> {
    await this.#crew?.drain(graceMs)
    await this.#pool?.close()
    await this.#crew?.end()
    await closeShared(this.#plan.settings.transport)
  }

  hurry(): void {
    this.#crew?.hurry()
  }

  #makePool(): RunnerPool {
    const { worker, settings, watcher } = this.#plan
    const { handlers, required, isolation, env, recycle, niceness, logger } = settings
    if ('list' in handlers) {
      return new InlinePool(
        async () => checkHandlers(handlers.list),
        'the array given as `handlers`',
        required,
      )
    }
    const { address } = handlers
    if (isolation === 'inline')
      return new InlinePool(() => importHandlers(address), moduleName(address), required)
    return new JobProcessPool({
      ...{ address, required, recycle, niceness, logger, worker },
      env: childEnvironment(env),
      onLine: (line, stream, pid) => watcher.onLine(line, stream, pid),
      note: (notice) => void this.#note(notice),
    })
  }

  async #note(notice: ProposedNotice): Promise<void> {
    const { transport, logger } = this.#plan.settings
    try {
      await transport.log.note(notice)
    } catch (error) {
      logger.warn({ err: error, type: notice.type }, 'a notice did not get through')
    }
  }
}
