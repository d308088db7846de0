import type { DatabaseFile } from './database-file.ts'
import type { FileClock } from './file-clock.ts'
import type { FileReader } from './file-reader.ts'
import type { FileWriter } from './file-writer.ts'
import type { JobStore } from './job-store.ts'

/** What the sweeper works with. */
export interface SweeperDesk {
  readonly file: DatabaseFile
  readonly clock: FileClock
  readonly reader: FileReader
  readonly writer: FileWriter
  readonly store: JobStore
  readonly leaseMs: number
  readonly retentionMs: number
}

/** Sweeps per lease, and the least time between two, in ms. */
const SWEEPS_PER_LEASE = 3
const LEAST_MS = 20
/** The log is trimmed this often at least, in ms, and this often within a retention. */
const TRIM_MS = 60_000
const TRIMS_PER_RETENTION = 8
/** Events per step of trimming: see `trim.sql`. */
const TRIM_PAGE = 1000

/**
 * Brings about what time alone does: every process with an open transport takes part, so that it needs none in
 * particular. A sweep writes only if something is due, and looks again within the transaction whether it still is.
 */
export class Sweeper {
  readonly #desk: SweeperDesk
  #timer: NodeJS.Timeout | undefined
  #isStopped = false
  #trimmedAt = Number.NEGATIVE_INFINITY

  constructor(desk: SweeperDesk) {
    this.#desk = desk
  }

  start(): void {
    this.#plan(undefined)
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  /** At a third of a lease, give or take a tenth so that processes spread, or when the next thing is due. */
  #plan(dueInMs: number | undefined): void {
    if (this.#isStopped) return
    const turnMs = (this.#desk.leaseMs / SWEEPS_PER_LEASE) * (0.9 + 0.1 * Math.random())
    const delayMs = Math.max(LEAST_MS, Math.min(turnMs, dueInMs ?? turnMs))
    this.#timer = setTimeout(() => void this.#turn(), delayMs)
  }

  async #turn(): Promise<void> {
    try {
      this.#plan(await this.#sweep())
    } catch {
      // The file fails, or is locked: the next turn tries again, and other processes sweep as well.
      this.#plan(undefined)
    }
  }

  /** In how many ms the next thing is due. */
  async #sweep(): Promise<number | undefined> {
    const { clock, reader, writer } = this.#desk
    const dueInMs = await reader.read('sweep', () => this.#dueInMs())
    if (clock.hasJumped || (dueInMs ?? 1) <= 0) await writer.write('sweep', (now) => this.#endAll(now))
    await this.#trim()
    return await reader.read('sweep', () => this.#dueInMs())
  }

  #dueInMs(): number | undefined {
    const { file, clock } = this.#desk
    const soonest: unknown = file.get('soonest')?.soonest
    return typeof soonest === 'number' ? soonest - clock.now : undefined
  }

  #endAll(now: number): void {
    const { file, store } = this.#desk
    for (const { id } of file.all('due', now)) store.end(String(id), now)
    for (const { name, seen_at: lastSeen } of file.all('silence', now))
      store.note({ type: 'worker.lost', worker: String(name), lastSeen: Number(lastSeen) }, now)
    file.run('forget-inputs', now)
    file.run('forget', now)
  }

  async #trim(): Promise<void> {
    const { writer, retentionMs } = this.#desk
    const everyMs = Math.min(TRIM_MS, retentionMs / TRIMS_PER_RETENTION)
    if (performance.now() - this.#trimmedAt < everyMs) return
    this.#trimmedAt = performance.now()
    while (!this.#isStopped && this.#hasOldEvents()) {
      const count = await writer.write('trim the log', (now) => this.#trimPage(now - retentionMs))
      if (count < TRIM_PAGE) return
    }
  }

  #hasOldEvents(): boolean {
    const { file, clock, retentionMs } = this.#desk
    const oldest: unknown = file.get('oldest-event')?.at
    return typeof oldest === 'number' && oldest < clock.now - retentionMs
  }

  #trimPage(since: number): number {
    const { file } = this.#desk
    const gone = file.all('trim', since).map(({ n }) => Number(n))
    if (gone.length > 0) file.run('trimmed', Math.max(...gone))
    return gone.length
  }
}
