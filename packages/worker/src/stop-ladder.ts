import type { Runner, StopReason } from './runner.ts'

/** Time on each rung before the next, in ms. */
export interface LadderTimes {
  readonly abortMs: number
  readonly termMs: number
}

/** How far up it went. */
export type Rung = 'ground' | 'abort' | 'SIGTERM' | 'SIGKILL'

/**
 * Stops a running attempt by stronger and stronger means:
 *
 *   ground --start--> abort --abortMs--> SIGTERM --termMs--> SIGKILL
 *                       '-----------------kill-----------------^
 *
 * It only climbs. Whoever climbs waits for the runner's answer or its exit, and calls `leave` then; where the runner is
 * no process, the ladder ends at `abort`.
 */
export class StopLadder {
  readonly #runner: Runner
  readonly #times: LadderTimes
  #rung: Rung = 'ground'
  #timer: NodeJS.Timeout | undefined

  constructor(runner: Runner, times: LadderTimes) {
    this.#runner = runner
    this.#times = times
  }

  get rung(): Rung {
    return this.#rung
  }

  /** True once a signal was sent: the process is not to be used again. */
  get hasSignalled(): boolean {
    return this.#rung === 'SIGTERM' || this.#rung === 'SIGKILL'
  }

  start(reason: StopReason): void {
    if (this.#rung !== 'ground') return
    this.#rung = 'abort'
    this.#runner.abort(reason)
    if (this.#runner.isProcess) this.#after(this.#times.abortMs, () => this.#terminate())
  }

  /** Straight to the top. */
  kill(): void {
    clearTimeout(this.#timer)
    if (!this.#runner.isProcess) return
    this.#rung = 'SIGKILL'
    this.#runner.kill('SIGKILL')
  }

  leave(): void {
    clearTimeout(this.#timer)
  }

  #terminate(): void {
    this.#rung = 'SIGTERM'
    this.#runner.kill('SIGTERM')
    this.#after(this.#times.termMs, () => this.kill())
  }

  #after(ms: number, climb: () => void): void {
    this.#timer = setTimeout(climb, ms)
  }
}
