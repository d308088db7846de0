import type { Client } from '@hotline/core'
import type { Outage, WorkersFrame } from './frame.ts'

/** Workers beat every few seconds; a page that is 2 s behind them is as current as they are. */
const EVERY_MS = 2000
/** Longer than a loaded backend takes for two short answers. */
const PATIENCE_MS = 5000

type Beat = WorkersFrame | Outage

/**
 * Looks at the workers again and again, once for all pages, while there is one:
 *
 *   asleep --somebody listens--> looking --answered--> says `workers`, waits --> looking
 *                                       '--failed--> says `outage`, waits --> looking
 *   any --nobody listens--> asleep
 */
export class BackendPulse {
  readonly #client: Client
  readonly #listeners = new Set<(beat: Beat) => void>()
  #last: Beat | undefined
  #isLooking = false
  #wake: (() => void) | undefined

  constructor(client: Client) {
    this.#client = client
  }

  /** Calls back with what was seen last, and then at each look, until the returned function is called. */
  listen(listener: (beat: Beat) => void): () => void {
    if (this.#last !== undefined && this.#isLooking) listener(this.#last)
    this.#listeners.add(listener)
    void this.#look()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#wake?.()
    }
  }

  /** Whether the backend answers now. */
  async check(): Promise<Beat> {
    const { promise: late, resolve } = Promise.withResolvers<Outage>()
    const timer = setTimeout(() => resolve({ type: 'outage', problem: SILENT }), PATIENCE_MS)
    const answer = this.#ask()
    try {
      return await Promise.race([answer, late])
    } finally {
      clearTimeout(timer)
    }
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    while (this.#listeners.size > 0) {
      const beat = await this.check()
      this.#last = beat
      for (const listener of this.#listeners) listener(beat)
      if (this.#listeners.size > 0) await this.#pause()
    }
    this.#isLooking = false
    // Somebody came while the last look was under way.
    if (this.#listeners.size > 0) void this.#look()
  }

  async #ask(): Promise<Beat> {
    try {
      const [workers, paused] = await Promise.all([this.#client.workers(), this.#client.paused()])
      return { type: 'workers', now: Date.now(), workers, paused }
    } catch (error) {
      return { type: 'outage', problem: error instanceof Error ? error.message : String(error) }
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, EVERY_MS)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

const SILENT = 'The backend does not answer.'
