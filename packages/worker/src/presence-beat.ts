import type { Logger, SlotPresence, Transport, WorkerPresence } from '@hotline/core'
import type { ProcessSample } from './process-usage.ts'
import { processUsage } from './process-usage.ts'
import type { Slot } from './slot.ts'

const EVERY_MS = 2000

/** What a heartbeat says that does not change, and where the rest is read from. */
export interface BeatFacts
  extends Pick<WorkerPresence, 'worker' | 'host' | 'pid' | 'queues' | 'tasks' | 'limit' | 'memory'> {
  readonly slots: readonly Slot[]
  readonly isolation: 'process' | 'inline'
  now(): Pick<WorkerPresence, 'state' | 'held' | 'running'>
}

/** Says every 2 s, or three times per lease, that the worker is alive and what it does. */
export class PresenceBeat {
  readonly #transport: Transport
  readonly #facts: BeatFacts
  readonly #logger: Logger
  readonly #everyMs: number
  readonly #startedAt = Date.now()
  #timer: NodeJS.Timeout | undefined
  #before: { readonly at: number; readonly samples: ReadonlyMap<number, ProcessSample> } | undefined
  #isOut = false
  /** All beats so far: one that is slow must not come after the goodbye, or the worker would be listed again. */
  #pending: Promise<unknown> = Promise.resolve()

  constructor(transport: Transport, facts: BeatFacts, logger: Logger) {
    this.#transport = transport
    this.#facts = facts
    this.#logger = logger
    this.#everyMs = Math.round(Math.min(EVERY_MS, transport.limits.leaseMs / 3))
  }

  start(): Promise<void> {
    this.#timer = setInterval(() => void this.beat(), this.#everyMs)
    return this.beat()
  }

  /** Says goodbye, as its last word. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#pending
    await this.#transport.control.leave(this.#facts.worker)
  }

  /** Says it now. A beat that does not get through is followed by the next. */
  beat(): Promise<void> {
    const beat = this.#beatOnce()
    this.#pending = Promise.all([this.#pending, beat])
    return beat
  }

  async #beatOnce(): Promise<void> {
    try {
      await this.#transport.control.beat(await this.#presence())
      this.#isOut = false
    } catch (error) {
      if (!this.#isOut) this.#logger.warn({ err: error }, 'a heartbeat did not get through')
      this.#isOut = true
    }
  }

  async #presence(): Promise<WorkerPresence> {
    const { worker, host, pid, queues, tasks, limit, memory, slots, now } = this.#facts
    const shares = await this.#shares()
    return {
      ...{ worker, host, pid, queues, tasks, limit, memory },
      ...now(),
      startedAt: this.#startedAt,
      seenAt: Date.now(),
      everyMs: this.#everyMs,
      supervisorRss: process.memoryUsage.rss(),
      slots: slots.map((slot) => ({ ...whatRuns(slot), ...shares.get(slot.pid ?? 0) })),
    }
  }

  /** Memory, and the share of one core since the last beat, of each child. Jobs inline have none of their own. */
  async #shares(): Promise<ReadonlyMap<number, Pick<SlotPresence, 'rss' | 'cpu'>>> {
    if (this.#facts.isolation === 'inline') return new Map()
    const samples = await processUsage.sample(this.#facts.slots.flatMap(({ pid }) => pid ?? []))
    const at = performance.now()
    const before = this.#before
    this.#before = { at, samples }
    const shareOf = (pid: number, { rss, cpuMs }: ProcessSample): Pick<SlotPresence, 'rss' | 'cpu'> => {
      const earlier = before?.samples.get(pid)
      if (before === undefined || earlier === undefined) return { rss }
      return { rss, cpu: Math.max(0, cpuMs - earlier.cpuMs) / Math.max(1, at - before.at) }
    }
    return new Map([...samples].map(([pid, sample]) => [pid, shareOf(pid, sample)]))
  }
}

function whatRuns({ index, pid, attempt }: Slot): SlotPresence {
  const record = attempt?.record
  if (record === undefined) return { slot: index, pid }
  const { id, task, attempt: number, attempts, updatedAt } = record
  const since = attempts.at(-1)?.startedAt ?? updatedAt
  return { slot: index, pid, job: { id, task, attempt: number, since } }
}
