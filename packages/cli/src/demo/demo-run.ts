import { setTimeout } from 'node:timers/promises'
import type { Client, EventOf, HotlineEvent, JobHandle, JobId, Proof, StopReceipt } from '@hotline/core'
import { createClient, isFinal, ProofLedger } from '@hotline/core'
import { DemoBoard } from './demo-board.ts'
import type { DemoGround } from './demo-ground.ts'
import { tagOf } from './demo-producer.ts'
import { Poster } from './poster.ts'
import { type Size, type Tile, tilesOf } from './poster-view.ts'
import { TRIALS, type Trial } from './trial.ts'

/** What to render, and how. */
export interface DemoPlan {
  readonly size: Size
  /** About as many tiles. */
  readonly tiles: number
  /** Jobs at once; by default what the workers find right for the machine. */
  readonly concurrency: number | undefined
}

/** A trial that is over, seen through its handle. */
export interface EndedTrial {
  readonly trial: Trial
  readonly job: JobHandle
  readonly receipt: StopReceipt | undefined
}

const PRESENCE_EVERY_MS = 500

/** The demo as its one reader of the event log sees it: all that is shown and proved comes from there. */
export class DemoRun {
  readonly board: DemoBoard = new DemoBoard()
  readonly poster: Poster
  readonly tiles: readonly Tile[]
  readonly #ground: DemoGround
  readonly #concurrency: number | undefined
  readonly #client: Client
  readonly #ledger = new ProofLedger({ finished: true })
  readonly #tileOf = new Map<JobId, Tile>()
  readonly #trials = new Map<JobId, { readonly trial: Trial; readonly job: Promise<JobHandle> }>()
  readonly #receipts = new Map<JobId, Promise<StopReceipt>>()
  #unended: number
  #online = 0

  constructor({ size, tiles, concurrency }: DemoPlan, ground: DemoGround) {
    this.poster = new Poster(size)
    this.tiles = tilesOf(size, tiles)
    this.#unended = this.tiles.length + TRIALS.length
    this.#concurrency = concurrency
    this.#ground = ground
    this.#client = createClient({ transport: ground.transport })
  }

  /** Tells when the backend is out of reach, before anything is started. @throws TransportError */
  async connect(): Promise<void> {
    try {
      await this.#client.workers()
    } catch (error) {
      await this.#client.close()
      throw error
    }
  }

  /** Runs all jobs to their end; rejects with the reason of `signal` when that aborts. Leaves nothing running either way. */
  async run(signal: AbortSignal): Promise<{ readonly proof: Proof; readonly trials: readonly EndedTrial[] }> {
    const isOver = new AbortController()
    const presence = this.#followPresence(isOver.signal)
    try {
      const log = this.#client.events.stream({ from: 'start', signal })
      const order = { tiles: this.tiles, concurrency: this.#concurrency }
      const failure = new Promise<never>((_, reject) => {
        this.#ground.work(order, signal).catch(reject)
      })
      await Promise.race([this.#follow(log), failure])
      signal.throwIfAborted()
      return { proof: this.#ledger.proof(), trials: await this.#endedTrials() }
    } finally {
      isOver.abort()
      await presence
      await this.#ground.dismiss(0)
      await this.#ground.clear().catch(warnOfRemains)
      await this.#client.close()
    }
  }

  #onQueued(event: EventOf<'job.queued'>): void {
    const tag = tagOf(event)
    const tile = tag?.kind === 'tile' ? this.tiles[tag.index] : undefined
    const trial = tag?.kind === 'trial' ? TRIALS[tag.index] : undefined
    if (tile !== undefined) this.#tileOf.set(event.jobId, tile)
    if (trial === undefined) return
    const job: Promise<JobHandle> = this.#client.handle(event.jobId)
    job.catch(() => {}) // told when the trials are read
    this.#trials.set(event.jobId, { trial, job })
    if (trial.cancel === 'at-once') this.#cancel(event.jobId, job)
  }

  #cancel(id: JobId, job: Promise<JobHandle>): void {
    const receipt = job.then((found) => found.cancel({ reason: 'the demo wanted to' }))
    receipt.catch(() => {}) // told when the receipts are read
    this.#receipts.set(id, receipt)
  }

  /** Reads the log until the last worker has said goodbye behind the last job's end. */
  async #follow(log: AsyncIterable<HotlineEvent>): Promise<void> {
    for await (const event of log) {
      this.#ledger.add(event)
      this.board.see(event)
      if (event.type === 'worker.online') this.#online += 1
      if (event.type === 'worker.offline' || event.type === 'worker.lost') this.#online -= 1
      if ('jobId' in event) this.#onJob(event)
      else if (this.#unended === 0 && this.#online === 0) return
    }
  }

  #onJob(event: Extract<HotlineEvent, { jobId: JobId }>): void {
    if (event.type === 'job.queued') this.#onQueued(event)
    if (event.type === 'job.succeeded') this.#take(event)
    if (event.type === 'job.progress') this.#onProgress(event.jobId)
    if (!isFinal(event.type.replace('job.', ''))) return
    this.#unended -= 1
    if (this.#unended === 0) void this.#ground.dismiss()
  }

  #take({ jobId, result }: EventOf<'job.succeeded'>): void {
    const tile = this.#tileOf.get(jobId)
    if (tile !== undefined && typeof result === 'string') this.poster.put(tile, result)
  }

  #onProgress(jobId: JobId): void {
    const found = this.#trials.get(jobId)
    if (found?.trial.cancel === 'when-it-spins' && !this.#receipts.has(jobId)) this.#cancel(jobId, found.job)
  }

  async #endedTrials(): Promise<EndedTrial[]> {
    const ended: EndedTrial[] = []
    for (const [id, { trial, job }] of this.#trials) {
      const receipt = await this.#receipts.get(id)
      ended.push({ trial, job: await (await job).refresh(), receipt })
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

function warnOfRemains(error: unknown): void {
  process.emitWarning(`The demo could not delete what it had stored: ${String(error)}`)
}

/** Whether the trial ended as it should, with the error that it should have. */
export function isAsExpected({ trial, job }: EndedTrial): boolean {
  const codes = [job.error?.code, ...job.attempts.map((attempt) => attempt.error?.code)]
  return job.state === trial.state && codes.includes(trial.code)
}
