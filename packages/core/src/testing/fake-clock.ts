import { setImmediate } from 'node:timers'
import type { Clock, Timer } from '../clock.ts'
import { InvalidOptionError } from '../error.ts'
import { DueHeap } from '../memory/due-heap.ts'

interface FakeTimer {
  isCancelled: boolean
  readonly run: () => void
}

/** A clock that stands still until it is told to go on: `memory({ clock: new FakeClock() })`. */
export class FakeClock implements Clock {
  #now: number
  readonly #startedAt: number
  readonly #timers = new DueHeap<FakeTimer>()
  #turn: Promise<void> = Promise.resolve()

  /** `now` in ms since 1970. Default: the system's. */
  constructor(now: number = Date.now()) {
    this.#now = now
    this.#startedAt = now
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now - this.#startedAt
  }

  setTimer(ms: number, run: () => void): Timer {
    const timer: FakeTimer = { isCancelled: false, run }
    this.#timers.push(this.#now + Math.max(0, ms), timer)
    return {
      cancel: () => {
        timer.isCancelled = true
      },
      unref: () => {},
    }
  }

  /**
   * Goes on by `ms`: lets promises settle, then runs what falls due, in order of time, and lets promises settle after
   * each. Calls that overlap follow each other. Rejects with what a timer throws, and stands still where it threw.
   * @throws InvalidOptionError for a negative time
   */
  advance(ms: number): Promise<void> {
    if (!(ms >= 0)) {
      const problem = `\`ms\` is ${ms}.`
      throw new InvalidOptionError({ option: 'ms', problem, cure: 'Give 0 or more: time does not go back.' })
    }
    const turn = this.#turn.then(() => this.#goOn(ms))
    this.#turn = turn.catch(() => {})
    return turn
  }

  async #goOn(ms: number): Promise<void> {
    const end = this.#now + ms
    await settle()
    for (let due = this.#timers.takeDue(end); due !== undefined; due = this.#timers.takeDue(end)) {
      if (due.value.isCancelled) continue
      this.#now = Math.max(this.#now, due.at)
      due.value.run()
      await settle()
    }
    this.#now = end
  }
}

/** Until the queue of promises is empty. n.b. the import keeps this working where a test fakes the global timers. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
