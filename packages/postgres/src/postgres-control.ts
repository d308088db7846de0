import type { ControlBus, ControlMessage, WorkerPresence } from '@hotline/core'
import { ControlListeners, parsePresence, SILENT_AFTER_BEATS } from '@hotline/core'
import type { HintLine } from './hint-line.ts'
import type { PostgresCalls } from './postgres-calls.ts'

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

/** NOTIFY to those that listen now, and the heartbeats. One connection listens for all. */
export class PostgresControl implements ControlBus {
  readonly #desk: ControlDesk
  readonly #listeners = new ControlListeners()

  constructor(desk: ControlDesk) {
    this.#desk = desk
  }

  async broadcast(message: ControlMessage): Promise<void> {
    const { calls, channel } = this.#desk
    const text = JSON.stringify(message)
    if (Buffer.byteLength(text) > MOST_BYTES) return
    await calls.run('notify', 'send a message to workers', channel, text)
  }

  listen(handler: (message: ControlMessage) => void): Promise<() => Promise<void>> {
    return this.#listeners.add(handler, () => this.#desk.heard())
  }

  async beat(presence: WorkerPresence): Promise<void> {
    const { worker, everyMs } = presence
    const text = JSON.stringify(presence)
    await this.#desk.calls.run(
      'beat',
      'keep a heartbeat',
      worker,
      text,
      Math.round(SILENT_AFTER_BEATS * everyMs),
    )
  }

  async leave(worker: string): Promise<void> {
    await this.#desk.calls.run('leave', 'take a worker off the list', worker)
  }

  async workers(): Promise<readonly WorkerPresence[]> {
    const rows = await this.#desk.calls.run('workers', 'list workers')
    return rows.flatMap((row) => parsePresence(String(row.presence), Number(row.seen_at)) ?? [])
  }

  /** Hands on what was notified: a message, or hints. */
  hear(payload: string): void {
    if (payload.startsWith('{')) this.#listeners.hear(payload)
    else this.#desk.hints.hear(payload)
  }
}
