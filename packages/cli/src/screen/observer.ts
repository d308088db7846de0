import type { Client, HotlineEvent, JobHandle, JobState, Observation } from '@hotline/core'
import { formatDuration, InvalidOptionError } from '@hotline/core'
import { pause } from '../pause.ts'

/** What is observed, from where on, and who is told. */
export interface ObserverOptions {
  readonly client: Client
  /** Name of the backend. */
  readonly backend: string
  readonly from: string
  readonly signal: AbortSignal
  readonly see: (observation: Observation) => void
  /** From one burst of events to the next, in ms, while they come without a break. */
  readonly paceMs: () => number
}

const PRESENCE_EVERY_MS = 1000
const RETRY_MS = 1000
/** Who has not answered for so long is out of reach, though the transport may try for longer. */
const LATE_MS = 2000
/**
 * Events are read in bursts: for so long, then not for the rest of the pace, so that a busy log costs a handful of reads a
 * second. One by one, 200 events a second took 3.6 % of a core before anything was drawn. Who is far behind does not rest.
 */
const BURST_MS = 10
const BACKLOG = 250
/** Jobs that are looked at in one go. */
const CHUNK = 500
const OPEN: readonly JobState[] = ['queued', 'scheduled', 'retrying', 'running', 'lost']
const FINAL: readonly JobState[] = ['succeeded', 'failed', 'cancelled', 'expired']
/** Open jobs of a state that are looked at, and final ones. Further ones come into view by their events. */
const MOST_OPEN = 20_000
const MOST_FINAL = 50

/**
 * Tells what goes on at a backend, until `signal` aborts: the jobs there are, then the events of the log from a position
 * that is fixed before the look, and the heartbeats every second. Where the backend does not answer it says so once, and
 * goes on from the last cursor when it does.
 *
 *   looking --all jobs seen--> following --a gap, an error--> looking (after a second, where it was an error)
 *
 * From the start of the log, or from a cursor, nothing is looked at first: the events tell what they tell.
 * @throws InvalidOptionError for a cursor that is none
 */
export async function observe(options: ObserverOptions): Promise<void> {
  const { backend, see } = options
  see({ v: 1, type: 'recording.started', at: Date.now(), backend })
  const observer = new Observer(options)
  await Promise.all([observer.followPresence(), observer.followLog()])
}

class Observer {
  readonly #options: ObserverOptions
  #cursor: string
  #isOut = false

  constructor(options: ObserverOptions) {
    this.#options = options
    this.#cursor = options.from
  }

  async followLog(): Promise<void> {
    const { client, signal } = this.#options
    let mustLook = this.#cursor === 'now'
    while (!signal.aborted) {
      const stop = new AbortController()
      try {
        const either = AbortSignal.any([signal, stop.signal])
        const events = client.events.stream({ from: this.#cursor, signal: either })
        if (mustLook) await this.#lookAtJobs()
        mustLook = true
        await this.#readUntilGap(events)
      } catch (error) {
        if (error instanceof InvalidOptionError) throw error
        if (signal.aborted) return
        this.#lose(error)
        await pause(RETRY_MS, signal)
      } finally {
        stop.abort()
      }
    }
  }

  async followPresence(): Promise<void> {
    const { signal } = this.#options
    do await this.#lookAtWorkers()
    while (await pause(PRESENCE_EVERY_MS, signal))
  }

  async #readUntilGap(events: AsyncIterable<HotlineEvent>): Promise<void> {
    const { see, signal, paceMs } = this.#options
    let burst = { startedAt: performance.now(), count: 0 }
    for await (const event of events) {
      this.#cursor = event.cursor
      see({ ...event, seenAt: Date.now() })
      if (event.type === 'stream.gap') return
      burst.count += 1
      const took = performance.now() - burst.startedAt
      if (took < BURST_MS) continue
      const restMs = paceMs() - took
      if (restMs > 0 && burst.count < BACKLOG) await pause(restMs, signal)
      burst = { startedAt: performance.now(), count: 0 }
    }
  }

  async #lookAtWorkers(): Promise<void> {
    const { client, signal, see } = this.#options
    const late = setTimeout(() => this.#lose(`no answer for ${formatDuration(LATE_MS)}`), LATE_MS)
    try {
      const [workers, paused] = await Promise.all([client.workers(), client.paused()])
      if (this.#isOut) see({ v: 1, type: 'backend.found', at: Date.now() })
      this.#isOut = false
      see({ v: 1, type: 'workers.seen', at: Date.now(), workers, paused })
    } catch (error) {
      if (!signal.aborted) this.#lose(error)
    } finally {
      clearTimeout(late)
    }
  }

  async #lookAtJobs(): Promise<void> {
    let isCut = false
    for (const state of OPEN) isCut = (await this.#lookAtState(state, MOST_OPEN)) || isCut
    for (const state of FINAL) await this.#lookAtState(state, MOST_FINAL)
    this.#options.see({ v: 1, type: 'jobs.seen', at: Date.now(), jobs: [], isWhole: true, isCut })
  }

  /** Whether there are more. */
  async #lookAtState(state: JobState, limit: number): Promise<boolean> {
    const { client, signal, see } = this.#options
    let count = 0
    let chunk: JobHandle[] = []
    const tell = (): void => {
      const jobs = chunk.flatMap(({ record, evidence }) =>
        record === undefined ? [] : [{ record, observedAt: evidence.observedAt }],
      )
      chunk = []
      if (jobs.length > 0) see({ v: 1, type: 'jobs.seen', at: Date.now(), jobs })
    }
    for await (const job of client.jobs({ state, limit })) {
      signal.throwIfAborted()
      chunk.push(job)
      count += 1
      if (chunk.length === CHUNK) tell()
    }
    tell()
    return count === limit
  }

  #lose(error: unknown): void {
    if (this.#isOut) return
    this.#isOut = true
    const why = error instanceof Error ? error.message : String(error)
    this.#options.see({ v: 1, type: 'backend.lost', at: Date.now(), why })
  }
}
