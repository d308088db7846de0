import type { Duration } from '@hotline/core'
import { ClosedError, checkOptions, parseDuration } from '@hotline/core'
import { LocalSupervisor } from './local-supervisor.ts'
import type { Supervisor, SupervisorWatcher } from './supervisor.ts'
import { SupervisorThread } from './supervisor-thread.ts'
import { workerId } from './worker-id.ts'
import type { WorkerOptions, WorkerSettings } from './worker-options.ts'
import { workerSettings } from './worker-options.ts'

/** Options of {@link Worker.stop}. */
export interface StopOptions {
  /** How long running jobs may go on. Default: that of the worker. */
  readonly grace?: Duration | undefined
}

/** Makes a worker, which does nothing before `start`. @throws InvalidOptionError */
export function createWorker(options: WorkerOptions): Worker {
  return new Worker(workerSettings(options))
}

/**
 * Runs jobs of some queues, at most `limit` at once, and holds none that it does not run.
 *
 *   made --start--> starting --ready--> running --stop--> stopping --> stopped
 *                   '--start fails--> made           '--stop again: hurries
 *
 * The work is its supervisor's: in a thread of its own where the transport can be opened there, so that an application
 * that blocks its event loop keeps its leases; otherwise in this loop.
 */
export class Worker implements AsyncDisposable {
  readonly id: string
  readonly #settings: WorkerSettings
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined
  #supervisor: Supervisor | undefined
  #forgetSignals: (() => void) | undefined

  /** By {@link createWorker}. */
  constructor(settings: WorkerSettings) {
    this.#settings = settings
    this.id = workerId(settings.name)
  }

  /** Most jobs at once. Known from the start if it was given, otherwise once the handlers are loaded; 0 before. */
  get limit(): number {
    return this.#supervisor?.limit ?? this.#settings.concurrency ?? 0
  }

  /** Jobs that run in its slots. */
  get running(): number {
    return this.#supervisor?.running ?? 0
  }

  /** Jobs whose lease it holds. */
  get held(): number {
    return this.#supervisor?.held ?? 0
  }

  /**
   * Loads the handlers, connects, and begins to take jobs. One that fails leaves nothing behind, and may be tried again.
   * @throws HandlersError, TransportError, SupervisorError, ClosedError after `stop`
   */
  start(): Promise<void> {
    if (this.#stopping !== undefined)
      return Promise.reject(new ClosedError({ what: 'worker', call: 'start' }))
    this.#starting ??= this.#start()
    return this.#starting
  }

  /**
   * Takes no more jobs, lets those that run go on for the grace, then stops them by abort signal, SIGTERM and SIGKILL,
   * and gives them back to their queues, which costs them nothing. Called again, it ends the grace at once.
   */
  stop(options: StopOptions = {}): Promise<void> {
    checkOptions('stop', options, ['grace'])
    const { grace } = options
    const graceMs = grace === undefined ? this.#settings.graceMs : parseDuration(grace, 'grace')
    if (this.#stopping === undefined) this.#stopping = this.#stop(graceMs)
    else this.#supervisor?.hurry()
    return this.#stopping
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #start(): Promise<void> {
    this.#supervisor = this.#makeSupervisor()
    try {
      await this.#supervisor.start()
      this.#listenForSignals()
    } catch (error) {
      this.#supervisor = undefined
      this.#starting = undefined
      throw error
    }
  }

  async #stop(graceMs: number): Promise<void> {
    // A start that failed has said so to its caller, and left nothing to stop.
    await this.#starting?.catch(() => {})
    try {
      await this.#supervisor?.stop(graceMs)
    } finally {
      this.#forgetSignals?.()
    }
  }

  #makeSupervisor(): Supervisor {
    const plan = { worker: this.id, settings: this.#settings, watcher: this.#watcher }
    const { transport, isolation, logger } = this.#settings
    if (isolation === 'inline') return new LocalSupervisor(plan)
    const { description } = transport
    if (description !== undefined)
      return new SupervisorThread({ ...plan, description, onCrash: (error) => this.#crash(error) })
    // Jobs in memory are of this loop anyway.
    if (transport.name !== 'memory') logger.warn({ transport: transport.name }, NO_DESCRIPTION)
    return new LocalSupervisor(plan)
  }

  readonly #watcher: SupervisorWatcher = {
    onDrain: () => void this.stop(),
    /** To the logger, or where a person would look for it, without mixing into stdout. */
    onLine: (line, stream, pid) => {
      const { logger, hasLogger } = this.#settings
      if (!hasLogger) process.stderr.write(`${line}\n`)
      else if (stream === 'stderr') logger.warn({ worker: this.id, pid, stream }, line)
      else logger.info({ worker: this.id, pid, stream }, line)
    },
  }

  /** As loud as an error in this loop would be: nobody waits for a promise that it could reject. */
  #crash(error: Error): never {
    this.#settings.logger.error({ err: error, worker: this.id }, 'the supervisor of a worker crashed')
    this.#forgetSignals?.()
    throw error
  }

  #listenForSignals(): void {
    const { stopOn } = this.#settings
    const stop = (): void => void this.stop()
    for (const signal of stopOn) process.on(signal, stop)
    this.#forgetSignals = () => {
      for (const signal of stopOn) process.off(signal, stop)
    }
  }
}

const NO_DESCRIPTION =
  'this transport cannot be opened in a thread of its own, so leases depend on the event loop of the application; ' +
  'give the adapter an address instead of a client, or keep the loop from standing still for a third of a lease'
