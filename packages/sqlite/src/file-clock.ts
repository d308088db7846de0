import type { DatabaseFile } from './database-file.ts'

/** Two clocks of one machine, in ms: the one on the wall, which may be set, and the one that only runs. */
export interface TimeSource {
  /** Since 1970; undefined for the clock as SQLite reads it. */
  readonly wall: (() => number) | undefined
  /** The same in all processes of the machine, from whenever. Stands still while the machine sleeps. */
  readonly steady: () => number
}

/** n.b. `performance.now()` counts from the start of each process. */
export const machineTime: TimeSource = {
  wall: undefined,
  steady: () => Number(process.hrtime.bigint() / 1_000_000n),
}

/** Clocks that differ by less are only read at different moments, or slewed; in ms. */
const JUMP_MS = 1000

/**
 * The time in a file, which is that of the machine, and its jumps: somebody sets the clock, or the machine sleeps. Whoever
 * notices first moves all leases along in one step, so that none lapses, or lasts, for a clock that was set.
 *
 *   steady --wall and steady clock drift apart--> jumped --the next write settles it--> steady
 *
 * A start of the machine looks like a jump, too. No lease is ever moved beyond its full length, so that costs one more.
 */
export class FileClock {
  readonly #file: DatabaseFile
  readonly #time: TimeSource
  readonly #leaseMs: number
  /** How far the wall clock was ahead when this process looked last. */
  #offset: number | undefined

  constructor(file: DatabaseFile, time: TimeSource, leaseMs: number) {
    this.#file = file
    this.#time = time
    this.#leaseMs = leaseMs
  }

  get now(): number {
    return this.#time.wall?.() ?? Number(this.#file.get('now')?.now)
  }

  /** Whether leases have to be moved before anybody judges them. */
  get hasJumped(): boolean {
    return isJump(this.now - this.#time.steady(), this.#offset)
  }

  /** Within a write: moves leases along if the clock jumped since anybody looked. The time as it is. */
  settle(): number {
    const { now } = this
    const offset = now - this.#time.steady()
    if (!isJump(offset, this.#offset)) return now
    const known: unknown = this.#file.get('clock-offset')?.clock_offset
    const before = typeof known === 'number' ? known : undefined
    this.#offset = offset
    if (!isJump(offset, before)) return now
    this.#file.run('set-clock-offset', offset)
    if (before === undefined) return now
    this.#file.run('move-leases', offset - before, now, this.#leaseMs)
    this.#file.run('move-beats', offset - before, now)
    return now
  }

  /** What was settled was rolled back. */
  forget(): void {
    this.#offset = undefined
  }
}

function isJump(offset: number, before: number | undefined): boolean {
  return before === undefined || Math.abs(offset - before) > JUMP_MS
}
