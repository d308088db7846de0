import { Worker as Thread } from 'node:worker_threads'
import type { TransportDescription } from '@hotline/core'
import { InvalidOptionError, SupervisorError } from '@hotline/core'
import { revivedError } from './revived-error.ts'
import type { Supervisor, SupervisorWatcher } from './supervisor.ts'
import { Tally } from './tally.ts'
import type { FromThread, LineFromThread, ThreadPlan, ToThread } from './thread-message.ts'
import type { WorkerSettings } from './worker-options.ts'

/** What a supervisor in a thread of its own is made of. */
export interface SupervisorThreadPlan {
  /** Id of the worker. */
  readonly worker: string
  readonly settings: WorkerSettings
  /** How the thread opens the transport. */
  readonly description: TransportDescription
  readonly watcher: SupervisorWatcher
  /** The thread has ended, its children with it, and no call waits that could reject. */
  onCrash(error: SupervisorError): void
}

type EndOfThread = Extract<FromThread, { type: 'refused' | 'stopped' }>

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const MAIN = new URL(`./supervisor-thread-main.${extension}`, import.meta.url)

/**
 * A supervisor in a thread of its own, seen from the application. The thread has a connection of its own, extends the
 * leases, and is the parent of the job processes, so none of this waits for the application's loop. What the thread
 * says (lines, the ends of start and stop) waits for it.
 *
 *   made --start--> starting --started--> running --stop--> stopping --stopped--> over
 *                   '--refused--> over     '--draining--^
 *   any --the thread ends unasked--> over: start or stop rejects, or `onCrash` is called
 */
export class SupervisorThread implements Supervisor {
  readonly #plan: SupervisorThreadPlan
  readonly #tally = new Tally()
  #thread: Thread | undefined
  readonly #started = Promise.withResolvers<void>()
  readonly #stopped = Promise.withResolvers<void>()
  #phase: 'starting' | 'running' | 'draining' | 'stopping' | 'over' = 'starting'
  /** What the thread threw. */
  #thrown: unknown

  constructor(plan: SupervisorThreadPlan) {
    this.#plan = plan
    // Nobody may ever wait for the stop.
    this.#stopped.promise.catch(() => {})
  }

  get limit(): number | undefined {
    const { limit } = this.#tally
    return limit === 0 ? undefined : limit
  }

  get running(): number {
    return this.#phase === 'over' ? 0 : this.#tally.running
  }

  get held(): number {
    return this.#phase === 'over' ? 0 : this.#tally.held
  }

  async start(): Promise<void> {
    const thread = this.#spawn()
    this.#thread = thread
    thread.on('message', (message: FromThread) => this.#hear(message))
    thread.on('error', (error) => {
      this.#thrown = error
    })
    thread.on('exit', (exitCode) => this.#onExit(exitCode))
    return this.#started.promise
  }

  stop(graceMs: number): Promise<void> {
    if (this.#phase === 'running') this.#say({ type: 'stop', graceMs })
    if (this.#phase !== 'over') this.#phase = 'stopping'
    return this.#stopped.promise
  }

  hurry(): void {
    this.#say({ type: 'hurry' })
  }

  #spawn(): Thread {
    const { worker, description, settings } = this.#plan
    const { transport, logger, ...plain } = settings
    const plan: ThreadPlan = { worker, description, settings: plain, tally: this.#tally.buffer }
    try {
      // By `import`, since an application that runs with --input-type would refuse a file as the entry of a thread.
      const entry = `import(${JSON.stringify(MAIN.href)})`
      return new Thread(entry, { eval: true, workerData: plan, name: 'hotline-supervisor' })
    } catch (cause) {
      const problem = `The description of the ${transport.name} transport cannot be sent to a thread.`
      const cure =
        'Its `options` must survive a structured clone; leave the description out where they do not.'
      throw new InvalidOptionError({ option: 'transport', problem, cure, cause })
    }
  }

  #say(message: ToThread): void {
    this.#thread?.postMessage(message)
  }

  #hear(message: FromThread): void {
    if (message.type === 'logged' || message.type === 'printed') this.#pass(message)
    else if (message.type === 'started') this.#run()
    else if (message.type === 'draining') this.#drain()
    else if (message.type === 'warned') process.emitWarning(message.message, message.name)
    else void this.#end(message)
  }

  #run(): void {
    this.#phase = 'running'
    this.#started.resolve()
  }

  #pass(message: LineFromThread): void {
    this.#tally.read()
    const { watcher, settings } = this.#plan
    if (message.type === 'printed') {
      watcher.onLine(message.line, message.stream, message.pid)
      return
    }
    const { level, facts, errors, message: text } = message
    const revived = errors.map(([name, document]) => [name, revivedError(document)])
    settings.logger[level]({ ...facts, ...Object.fromEntries(revived) }, text)
  }

  /** The thread has begun to stop by itself. */
  #drain(): void {
    if (this.#phase !== 'running') return
    this.#phase = 'draining'
    this.#plan.watcher.onDrain()
  }

  /** It has nothing left to do; what a driver may have left behind goes with the thread. */
  async #end({ type, error }: EndOfThread): Promise<void> {
    this.#phase = 'over'
    await this.#thread?.terminate()
    const call = type === 'refused' ? this.#started : this.#stopped
    if (error === undefined) call.resolve()
    else call.reject(revivedError(error))
  }

  #onExit(exitCode: number): void {
    const phase = this.#phase
    if (phase === 'over') return
    this.#phase = 'over'
    const error = new SupervisorError({ worker: this.#plan.worker, exitCode, cause: this.#thrown })
    if (phase === 'starting') this.#started.reject(error)
    else if (phase === 'stopping') this.#stopped.reject(error)
    else this.#stopped.resolve()
    if (phase === 'running' || phase === 'draining') this.#plan.onCrash(error)
  }
}
