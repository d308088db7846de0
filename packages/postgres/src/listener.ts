/**
 * One connection that listens, made again whenever it ends.
 *
 *   connecting --listening--> listening --connection ends, or does not hear itself--> resting --> connecting
 *   connecting --connected, but it does not hear what another says--> deaf: whoever waits, polls. Tried again after a minute
 */
import type { Database } from './database.ts'

/** Before the next connection, in ms: the first pause, and the longest. */
const REST_MS = 50
const LONGEST_REST_MS = 1000
/** How long one call waits until it listens, in ms. */
const PATIENCE_MS = 4000
/** What a pooler does not pass on now, it will not pass on in a moment. */
const DEAF_REST_MS = 60_000

export interface ListenerDesk {
  readonly database: Database
  readonly channel: string
  readonly closed: AbortSignal
  readonly onNotify: (payload: string) => void
  /** It hears again, and may have missed something. */
  readonly onHearing: () => void
}

export class Listener {
  readonly #desk: ListenerDesk
  #isHearing = false
  #first = Promise.withResolvers<void>()
  #isDeaf = false

  constructor(desk: ListenerDesk) {
    this.#desk = desk
  }

  get isHearing(): boolean {
    return this.#isHearing
  }

  /** Resolves when it listens, or when it is clear that it will not. Rejects when that takes too long. */
  async heard(): Promise<void> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error('No connection listens: timed out')), PATIENCE_MS)
    await Promise.race([this.#first.promise, late.promise]).finally(() => clearTimeout(timer))
  }

  start(): void {
    void this.#run()
  }

  async #run(): Promise<void> {
    const { closed } = this.#desk
    let restMs = REST_MS
    while (!closed.aborted) {
      const hasHeard = await this.#listen()
      if (hasHeard) restMs = REST_MS
      await rest(this.#isDeaf ? DEAF_REST_MS : restMs, closed)
      restMs = Math.min(LONGEST_REST_MS, restMs * 2)
    }
    this.#first.resolve()
  }

  /** Until the connection ends. Tells whether anything was heard over it. */
  async #listen(): Promise<boolean> {
    const { database, channel, onNotify, onHearing, closed } = this.#desk
    try {
      const listening = await database.listen(channel, onNotify)
      if (closed.aborted) {
        listening.close()
        return true
      }
      this.#isHearing = true
      this.#isDeaf = false
      this.#first.resolve()
      onHearing()
      const left = aborted(closed)
      await Promise.race([listening.ended.catch(() => {}), left]).finally(() => listening.close())
      return true
    } catch (error) {
      if (error instanceof Error && error.message.includes('did not come back')) {
        this.#isDeaf = true
        this.#first.resolve()
      }
      return false
    } finally {
      if (this.#isHearing) this.#first = Promise.withResolvers<void>()
      this.#isHearing = false
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function rest(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      stop.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    stop.addEventListener('abort', end)
    if (stop.aborted) end()
  })
}
