import { SweepTimer } from '@hotline/core'
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

/** The log is trimmed this often at least, in ms, and this often within a retention. */
const TRIM_MS = 60_000
const TRIMS_PER_RETENTION = 8
/** Events per step of trimming: see `trim.sql`. */
const TRIM_PAGE = 1000

/** Ends leases and times to start that are over, finds silent workers, and trims by age. Writes only if something is due. */
export class Sweeper {
  readonly #desk: SweeperDesk
  readonly #timer: SweepTimer
  #isStopped = false
  #trimmedAt = Number.NEGATIVE_INFINITY

  constructor(desk: SweeperDesk) {
    this.#desk = desk
    this.#timer = new SweepTimer({ leaseMs: desk.leaseMs, sweep: () => this.#sweep() })
  }

  start(): void {
    this.#timer.start()
  }

  stop(): void {
    this.#isStopped = true
    this.#timer.stop()
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
