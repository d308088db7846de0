import os from 'node:os'
import type { ControlMessage, ProposedNotice, Transport } from '@hotline/core'
import type { Attempt } from './attempt.ts'
import { CancelInbox } from './cancel-inbox.ts'
import { type Capacity, thisMachine } from './capacity.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import { MemoryGuard } from './memory-guard.ts'
import type { TaskFacts } from './message.ts'
import { sleep } from './outage.ts'
import { PresenceBeat } from './presence-beat.ts'
import type { RunnerPool } from './runner-pool.ts'
import { Slot } from './slot.ts'
import type { WorkerSettings } from './worker-options.ts'

/** What a crew is made of. */
export interface CrewPlan {
  readonly worker: string
  readonly settings: WorkerSettings
  readonly pool: RunnerPool
  readonly tasks: readonly TaskFacts[]
  readonly capacity: Capacity
  /** A message on the control bus asks this worker to stop. */
  onDrain(): void
  /** `running` or `held` may have changed. */
  onCount(): void
}

/** After the ladder, time for outcomes to be settled and for handlers inline to heed. */
const LAST_WAIT_MS = 10_000

/** The slots of a running worker, with what serves them: leases, memory, heartbeats, control messages. */
export class Crew {
  readonly #plan: CrewPlan
  readonly #transport: Transport
  readonly #keeper: LeaseKeeper
  readonly #guard = new MemoryGuard()
  readonly #beat: PresenceBeat
  readonly #slots: readonly Slot[]
  readonly #inbox = new CancelInbox()
  readonly #draining = new AbortController()
  readonly #giveUp = new AbortController()
  /** Ends the time that running jobs are given. */
  readonly #hurry = new AbortController()
  #work: Promise<unknown> = Promise.resolve()
  #stopListening: (() => Promise<void>) | undefined

  constructor(plan: CrewPlan) {
    this.#plan = plan
    const { worker, settings, pool, tasks, capacity } = plan
    const { transport, logger, ladder, isolation } = settings
    this.#transport = transport
    this.#keeper = new LeaseKeeper(transport.limits.leaseMs, logger, () => plan.onCount())
    const queues = settings.queues ?? [...new Set(tasks.map((task) => task.queue))]
    const desk = {
      ...{ transport, logger, ladder, worker, queues, pool },
      keeper: this.#keeper,
      guard: this.#guard,
      draining: this.#draining.signal,
      giveUp: this.#giveUp.signal,
      onAttempt: (attempt: Attempt) => this.#catchUp(attempt),
      onFree: () => plan.onCount(),
    }
    this.#slots = Array.from({ length: capacity.limit }, (_, index) => new Slot(index, desk))
    const facts = {
      worker,
      host: os.hostname(),
      pid: process.pid,
      queues,
      tasks: tasks.map((task) => task.name),
    }
    const now = () => ({ state: this.#state, held: this.held, running: this.running }) as const
    const { memory } = thisMachine()
    const shape = { ...facts, limit: capacity.limit, memory, slots: this.#slots, isolation, now }
    this.#beat = new PresenceBeat(transport, shape, logger)
    this.#online = { type: 'worker.online', ...facts, isolation, ...capacity }
  }

  readonly #online: ProposedNotice<'worker.online'>

  /** Jobs whose lease it holds. */
  get held(): number {
    return this.#keeper.held
  }

  /** Jobs that its slots run. */
  get running(): number {
    return this.#slots.filter((slot) => slot.attempt !== undefined).length
  }

  /** @throws TransportError, and then it has to be ended */
  async start(): Promise<void> {
    this.#keeper.start()
    this.#stopListening = await this.#transport.control.listen((message) => this.#hear(message))
    await this.#transport.log.note(this.#online)
    await this.#beat.start()
    this.#work = Promise.all(this.#slots.map((slot) => slot.work()))
  }

  /** Takes no more jobs, gives those that run their time, then stops and releases them. */
  async drain(graceMs: number): Promise<void> {
    this.#draining.abort()
    this.#plan.pool.retire()
    void this.#beat.beat()
    const isOver = this.#work.then(() => this.#hurry.abort())
    await sleep(graceMs, this.#hurry.signal)
    for (const slot of this.#slots) slot.attempt?.stop('drain')
    const { abortMs, termMs } = this.#plan.settings.ladder
    const timer = setTimeout(() => this.#giveUp.abort(), abortMs + termMs + LAST_WAIT_MS)
    await Promise.race([isOver, untilAborted(this.#giveUp.signal)])
    clearTimeout(timer)
  }

  /** The time that `drain` gives is over now. */
  hurry(): void {
    this.#hurry.abort()
  }

  /** Says goodbye, and leaves neither timer nor listener. The backend may be out of reach; then others find out. */
  async end(): Promise<void> {
    const { worker, settings } = this.#plan
    for (const slot of this.#slots) {
      const job = slot.attempt?.record
      if (job !== undefined)
        settings.logger.error({ jobId: job.id, slot: slot.index }, 'a job did not stop; its lease lapses')
    }
    this.#keeper.stop()
    this.#guard.stop()
    const released = this.#slots.reduce((sum, slot) => sum + slot.released, 0)
    const goodbyes = [
      () => this.#stopListening?.(),
      () => this.#beat.stop(),
      () => this.#transport.log.note({ type: 'worker.offline', worker, released }),
    ]
    for (const goodbye of goodbyes) {
      try {
        await goodbye()
      } catch (error) {
        settings.logger.warn({ err: error }, 'a goodbye did not get through')
      }
    }
  }

  get #state(): 'running' | 'draining' {
    return this.#draining.signal.aborted ? 'draining' : 'running'
  }

  #hear(message: ControlMessage): void {
    if (message.type === 'drain') {
      if (message.worker === this.#plan.worker) this.#plan.onDrain()
      return
    }
    const { jobId, attempt } = message
    const running = this.#slots.find((slot) => {
      const record = slot.attempt?.record
      return record?.id === jobId && record.attempt === attempt
    })
    if (running?.attempt === undefined) this.#inbox.keep(message)
    else void running.attempt.look()
  }

  #catchUp(attempt: Attempt): void {
    const { id, attempt: number } = attempt.record
    if (this.#inbox.has(id, number)) void attempt.look()
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
