import type { BlockingPool } from './blocking-pool.ts'
import { BLOCK_MS } from './redis-client.ts'

/** After an outage, before a reader asks again, in ms. */
const MOMENT_MS = 200

interface Waiter {
  readonly position: string
  readonly wake: () => void
}

/**
 * Wakes readers that have read the log to its end when there is more: one blocking command for all readers of a
 * transport. It only says that there is something; each reader then reads for itself, so a wake-up too many, or one
 * lost with its connection, changes nothing.
 *
 *   idle --first waiter--> waiting --something after its position, an error, or the floor--> all woken --> idle
 */
export class LogPulse {
  readonly #pool: BlockingPool
  readonly #key: string
  readonly #closed: AbortSignal
  readonly #waiters = new Set<Waiter>()
  #isWaiting = false

  constructor(pool: BlockingPool, key: string, closed: AbortSignal) {
    this.#pool = pool
    this.#key = key
    this.#closed = closed
  }

  /** Until there may be something after the position, or `stop` aborts. */
  after(position: string, stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiters.delete(waiter)
        stop.removeEventListener('abort', wake)
        resolve()
      }
      const waiter: Waiter = { position, wake }
      if (stop.aborted) return resolve()
      stop.addEventListener('abort', wake)
      this.#waiters.add(waiter)
      void this.#wait()
    })
  }

  /** A moment, during an outage. */
  moment(stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        stop.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, MOMENT_MS)
      stop.addEventListener('abort', end)
    })
  }

  async #wait(): Promise<void> {
    if (this.#isWaiting) return
    this.#isWaiting = true
    while (this.#waiters.size > 0 && !this.#closed.aborted) {
      // All have read to the end, so whoever came first knows the least.
      const [first] = this.#waiters
      const after = first?.position ?? '$'
      const where = ['STREAMS', this.#key, after === 'start' ? '0' : after]
      await this.#pool.call(['XREAD', 'COUNT', 1, 'BLOCK', BLOCK_MS, ...where], BLOCK_MS, this.#closed)
      for (const waiter of [...this.#waiters]) waiter.wake()
    }
    this.#isWaiting = false
  }
}
