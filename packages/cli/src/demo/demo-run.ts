import { setTimeout } from 'node:timers/promises'
import type { Client, EventOf, HotlineEvent, JobHandle, JobId, Proof, StopReceipt } from '@hotline/core'
import { createClient, isFinal, memory, ProofLedger } from '@hotline/core'
import { createWorker, type Worker } from '@hotline/worker'
import { DemoBoard } from './demo-board.ts'
import { renderTile } from './demo-tasks.ts'
import { Poster } from './poster.ts'
import { type Size, type Tile, tilesOf } from './poster-view.ts'
import { TRIALS, type Trial } from './trial.ts'

/** What to render, and how. */
export interface DemoPlan {
  readonly size: Size
  /** About as many tiles. */
  readonly tiles: number
  /** Jobs at once; by default what the worker finds right for the machine. */
  readonly concurrency: number | undefined
}

/** A trial that is over, seen through its handle. */
export interface EndedTrial {
  readonly trial: Trial
  readonly job: JobHandle
  readonly receipt: StopReceipt | undefined
}

/** Next to this module, as source and as built. */
const HANDLERS = new URL(`./demo-handlers.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)
/** One trial follows so many tiles, so that they are spread over the first half. */
const TILES_PER_TRIAL = 5
const PRESENCE_EVERY_MS = 500

/**
 * The demo: a client and a worker in this process, children of the worker that compute, and one reader of the event log
 * from which all that is shown and proved comes.
 */
export class DemoRun {
  readonly board: DemoBoard = new DemoBoard()
  readonly poster: Poster
  readonly tiles: readonly Tile[]
  readonly #client: Client
  readonly #worker: Worker
  readonly #ledger = new ProofLedger({ finished: true })
  readonly #tileOf = new Map<JobId, Tile>()
  readonly #trials = new Map<JobId, { readonly trial: Trial; readonly job: JobHandle }>()
  readonly #receipts = new Map<JobId, Promise<StopReceipt>>()
  readonly #unended = new Set<JobId>()

  constructor({ size, tiles, concurrency }: DemoPlan) {
    const transport = memory()
    this.poster = new Poster(size)
    this.tiles = tilesOf(size, tiles)
    this.#client = createClient({ transport })
    this.#worker = createWorker({
      transport,
      handlers: HANDLERS,
      concurrency,
      stopLadder: { abort: '200ms', term: '1s' },
    })
  }

  /** Runs all jobs to their end; rejects with the reason of `signal` when that aborts. Leaves nothing running either way. */
  async run(signal: AbortSignal): Promise<{ readonly proof: Proof; readonly trials: readonly EndedTrial[] }> {
    const isOver = new AbortController()
    const presence = this.#followPresence(isOver.signal)
    try {
      const log = this.#client.events.stream({ from: 'start', signal })
      await this.#enqueue(signal)
      await this.#worker.start()
      await this.#follow(log)
      signal.throwIfAborted()
      return { proof: this.#ledger.proof(), trials: await this.#endedTrials() }
    } finally {
      isOver.abort()
      await presence
      await this.#worker.stop({ grace: 0 })
      await this.#client.close()
    }
  }

  async #enqueue(signal: AbortSignal): Promise<void> {
    const trials = [...TRIALS]
    for (const [index, tile] of this.tiles.entries()) {
      signal.throwIfAborted()
      const job = await this.#client.enqueue(renderTile, tile)
      this.#tileOf.set(job.id, tile)
      this.#unended.add(job.id)
      if (index % TILES_PER_TRIAL === TILES_PER_TRIAL - 1) await this.#enqueueTrial(trials.shift())
    }
    for (const trial of trials) await this.#enqueueTrial(trial)
  }

  async #enqueueTrial(trial: Trial | undefined): Promise<void> {
    if (trial === undefined) return
    const { id } = await this.#client.enqueue(trial.task, null, trial.options)
    const job = await this.#client.handle(id)
    this.#trials.set(id, { trial, job })
    this.#unended.add(id)
    if (trial.cancel === 'at-once') this.#cancel(job)
  }

  #cancel(job: JobHandle): void {
    const receipt = job.cancel({ reason: 'the demo wanted to' })
    receipt.catch(() => {}) // told when the receipts are read
    this.#receipts.set(job.id, receipt)
  }

  /** Reads the log until the worker has said goodbye behind the last job's end. */
  async #follow(log: AsyncIterable<HotlineEvent>): Promise<void> {
    for await (const event of log) {
      this.#ledger.add(event)
      this.board.see(event)
      if (event.type === 'worker.offline') return
      if ('jobId' in event) this.#onJob(event)
    }
  }

  #onJob(event: Extract<HotlineEvent, { jobId: JobId }>): void {
    if (event.type === 'job.succeeded') this.#take(event)
    if (event.type === 'job.progress') this.#onProgress(event.jobId)
    if (!isFinal(event.type.replace('job.', ''))) return
    this.#unended.delete(event.jobId)
    if (this.#unended.size === 0) void this.#worker.stop()
  }

  #take({ jobId, result }: EventOf<'job.succeeded'>): void {
    const tile = this.#tileOf.get(jobId)
    if (tile !== undefined && typeof result === 'string') this.poster.put(tile, result)
  }

  #onProgress(jobId: JobId): void {
    const found = this.#trials.get(jobId)
    if (found?.trial.cancel === 'when-it-spins' && !this.#receipts.has(jobId)) this.#cancel(found.job)
  }

  async #endedTrials(): Promise<EndedTrial[]> {
    const ended: EndedTrial[] = []
    for (const { trial, job } of this.#trials.values()) {
      const receipt = await this.#receipts.get(job.id)
      ended.push({ trial, job: await job.refresh(), receipt })
    }
    return ended
  }

  async #followPresence(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const presence of await this.#client.workers()) this.board.feel(presence)
      await setTimeout(PRESENCE_EVERY_MS, undefined, { signal }).catch(() => {})
    }
  }
}

/** Whether the trial ended as it should, with the error that it should have. */
export function isAsExpected({ trial, job }: EndedTrial): boolean {
  const codes = [job.error?.code, ...job.attempts.map((attempt) => attempt.error?.code)]
  return job.state === trial.state && codes.includes(trial.code)
}
