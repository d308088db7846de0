import type { ControlBus, ControlMessage, WorkerPresence } from '@hotline/core'
import { parseControlMessage, parsePresence } from '@hotline/core'
import type { Row } from './database.ts'
import type { HintLine } from './hint-line.ts'
import type { PostgresCalls } from './postgres-calls.ts'

/** A worker counts as silent after so many of its beats. */
const BEATS = 3
/** What is too long for a notification is not sent: nothing depends on a message. */
const MOST_BYTES = 7500

/** What the control bus works with. */
export interface ControlDesk {
  readonly calls: PostgresCalls
  readonly hints: HintLine
  readonly channel: string
  /** Resolves when notifications are heard, or will never be. */
  readonly heard: () => Promise<void>
}

type Handler = (message: ControlMessage) => void

/** NOTIFY to those that listen now, and the heartbeats. One connection listens for all. */
export class PostgresControl implements ControlBus {
  readonly #desk: ControlDesk
  readonly #handlers = new Set<Handler>()

  constructor(desk: ControlDesk) {
    this.#desk = desk
  }

  async broadcast(message: ControlMessage): Promise<void> {
    const { calls, channel } = this.#desk
    const text = JSON.stringify(message)
    if (Buffer.byteLength(text) > MOST_BYTES) return
    await calls.run('notify', 'send a message to workers', channel, text)
  }

  async listen(handler: Handler): Promise<() => Promise<void>> {
    const own: Handler = (message) => handler(message)
    this.#handlers.add(own)
    try {
      await this.#desk.heard()
    } catch (error) {
      this.#handlers.delete(own)
      throw error
    }
    return async () => {
      this.#handlers.delete(own)
    }
  }

  async beat(presence: WorkerPresence): Promise<void> {
    const { worker, everyMs } = presence
    const text = JSON.stringify(presence)
    await this.#desk.calls.run('beat', 'keep a heartbeat', worker, text, Math.round(BEATS * everyMs))
  }

  async leave(worker: string): Promise<void> {
    await this.#desk.calls.run('leave', 'take a worker off the list', worker)
  }

  async workers(): Promise<readonly WorkerPresence[]> {
    const rows = await this.#desk.calls.run('workers', 'list workers')
    return rows.flatMap((row) => presenceIn(row) ?? [])
  }

  /** Hands on what was notified: a message, or hints. */
  hear(payload: string): void {
    if (!payload.startsWith('{')) {
      this.#desk.hints.hear(payload)
      return
    }
    const message = parseControlMessage(payload)
    if (message === undefined) return
    for (const handler of this.#handlers) handler(message)
  }
}

/** A heartbeat as `beat.sql` keeps it: the server's time, and what the worker said. */
function presenceIn({ seen_at: seenAt, presence }: Row): WorkerPresence | undefined {
  try {
    return parsePresence(JSON.parse(String(presence)), Number(seenAt))
  } catch {
    return undefined
  }
}
