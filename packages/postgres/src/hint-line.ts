/**
 * Tells this process at once, and the others by NOTIFY, that there is something new: a hint with topics, never a message
 * that something depends on.
 *
 *   idle --hint--> sending --sent--> resting (2 ms, or 15 ms where no slot waits for it) --nothing new--> idle
 *                                    resting --more came meanwhile--> sending
 *
 * A job in a queue is worth a notification of its own: some slot is idle. A reader of the log loses nothing by 15 ms.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { WakeBoard } from '@hotline/core'
import type { Database } from './database.ts'

/** Between two notifications of one transport, in ms: NOTIFY makes those who notify wait for each other. */
const REST_MS = 15
/** Before one that tells of work. */
const SHORT_REST_MS = 2
/** Of a notification, in bytes; PostgreSQL refuses 8000. */
const MOST_BYTES = 7000
/** Instead of topics that are too many for one notification. */
const ALL = '*'

export class HintLine {
  readonly #database: Database
  readonly #board: WakeBoard
  readonly #channel: string
  readonly #closed: AbortSignal
  #topics = new Set<string>()
  #isSending = false
  /** Ends the rest, if there is one and it may be short. */
  #endRest: (() => void) | undefined

  constructor(database: Database, board: WakeBoard, channel: string, closed: AbortSignal) {
    this.#database = database
    this.#board = board
    this.#channel = channel
    this.#closed = closed
  }

  /** Wakes those who wait for the topics, here and elsewhere. */
  hint(...topics: readonly string[]): void {
    for (const topic of topics) {
      this.#board.wake(topic)
      this.#topics.add(topic)
    }
    if (!this.#isSending) void this.#send()
    else if (topics.some(isWork)) this.#endRest?.()
  }

  /** What another process sent. */
  hear(payload: string): void {
    for (const topic of payload.split(' ')) {
      if (topic === ALL) this.#board.wakeAll()
      else this.#board.wake(topic)
    }
  }

  async #send(): Promise<void> {
    this.#isSending = true
    while (this.#topics.size > 0 && !this.#closed.aborted) {
      const payload = payloadOf(this.#topics)
      this.#topics = new Set()
      // One that is lost is made up for by the floor.
      await this.#database.notify(this.#channel, payload).catch(() => {})
      await pause(SHORT_REST_MS)
      if (![...this.#topics].some(isWork)) await this.#rest()
    }
    this.#isSending = false
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#endRest = undefined
        resolve()
      }
      const timer = setTimeout(end, REST_MS - SHORT_REST_MS)
      this.#endRest = end
    })
  }
}

function isWork(topic: string): boolean {
  return topic.startsWith('queue:')
}

/** The topics as one notification. */
export function payloadOf(topics: Iterable<string>): string {
  const payload = [...topics].join(' ')
  return Buffer.byteLength(payload) > MOST_BYTES ? ALL : payload
}
