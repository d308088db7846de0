import type { BlockingPool, Command } from './blocking-pool.ts'
import { BLOCK_MS } from './redis-client.ts'
import type { StreamEntry } from './stream-entry.ts'
import { entriesIn, isBefore } from './stream-entry.ts'

/** Entries per answer. */
const COUNT = 250
/** After an outage, before a reader asks again, in ms. */
const MOMENT_MS = 200

interface Waiter {
  readonly position: string
  /** With what came after its position, if that is known. */
  readonly wake: (entries?: readonly StreamEntry[]) => void
}

/**
 * Wakes readers that have read the log to its end when there is more: one blocking command for all readers of a
 * transport. It hands on what the command answered, to those who wait at a position that the answer begins before; the
 * others, and all after an error, read for themselves, so a wake-up too many, or one lost with its connection, changes
 * nothing.
 *
 *   idle --first waiter--> waiting --something after its position, an error, or the floor--> all woken --> idle
 */
export class LogPulse {
  readonly #pool: BlockingPool
  readonly #key: string
  readonly #closed: AbortSignal
  readonly #waiters = new Set<Waiter>()
  #isWaiting = false
  /** The position that the command under way waits at. */
  #asked = '0-0'

  constructor(pool: BlockingPool, key: string, closed: AbortSignal) {
    this.#pool = pool
    this.#key = key
    this.#closed = closed
  }

  /** Until there may be something after the position, or `stop` aborts. Answers with it, if that is known. */
  after(position: string, stop: AbortSignal): Promise<readonly StreamEntry[] | undefined> {
    return new Promise((resolve) => {
      const wake = (entries?: readonly StreamEntry[]) => {
        this.#waiters.delete(waiter)
        stop.removeEventListener('abort', leave)
        resolve(entries)
      }
      const leave = () => wake()
      const waiter: Waiter = { position, wake }
      // The command under way says nothing of what comes before the position that it waits at.
      if (stop.aborted || isBefore(positionOf(waiter), this.#asked)) return resolve(undefined)
      stop.addEventListener('abort', leave)
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
      const after = [...this.#waiters].map(positionOf).reduce(lesser)
      this.#asked = after
      const where = ['STREAMS', this.#key, after]
      const read: Command = ['XREAD', 'COUNT', COUNT, 'BLOCK', BLOCK_MS, ...where]
      const [answer] = (await this.#pool.call([read], BLOCK_MS, this.#closed)) ?? []
      this.#asked = '0-0'
      const entries = entriesOf(answer)
      for (const waiter of [...this.#waiters]) waiter.wake(entriesFor(positionOf(waiter), after, entries))
    }
    this.#isWaiting = false
  }
}

function positionOf({ position }: Waiter): string {
  return position === 'start' ? '0-0' : position
}

function lesser(one: string, other: string): string {
  return isBefore(other, one) ? other : one
}

/** Of the one stream that was asked for: `[[key, entries]]` in RESP2, and `[key, entries]`, a map laid flat, in RESP3. */
function entriesOf(answer: unknown): readonly StreamEntry[] {
  if (!Array.isArray(answer)) return []
  const [stream, entries]: readonly unknown[] = answer
  return entriesIn(Array.isArray(stream) ? stream[1] : entries)
}

function entriesFor(
  position: string,
  after: string,
  entries: readonly StreamEntry[],
): readonly StreamEntry[] | undefined {
  if (entries.length === 0 || isBefore(position, after)) return undefined
  if (position === after) return entries
  return entries.filter(([other]) => isBefore(position, other))
}
