import type { ControlBus, ControlMessage, WorkerPresence } from '@hotline/core'
import type { Fold } from './fold.ts'
import type { LogWriter } from './log-writer.ts'
import type { PulseLine } from './pulse-line.ts'

/** What the control bus works with. */
export interface ControlDesk {
  readonly writer: LogWriter
  readonly pulses: PulseLine
  readonly fold: () => Fold
}

type Handler = (message: ControlMessage) => void

/** Messages and heartbeats: entries of the log, which every session reads. Who did not listen then, missed them. */
export class RabbitMQControl implements ControlBus {
  readonly #desk: ControlDesk
  readonly #handlers = new Set<Handler>()

  constructor(desk: ControlDesk) {
    this.#desk = desk
  }

  async broadcast(message: ControlMessage): Promise<void> {
    await this.#desk.writer.write({ kind: 'say', message }, { what: 'send a message', patience: 'answer' })
  }

  async listen(handler: Handler): Promise<() => Promise<void>> {
    const own: Handler = (message) => handler(message)
    this.#handlers.add(own)
    return async () => {
      this.#handlers.delete(own)
    }
  }

  async beat(presence: WorkerPresence): Promise<void> {
    await this.#desk.writer.write(
      { kind: 'beat', presence },
      { what: 'keep a heartbeat', patience: 'answer' },
    )
  }

  async leave(worker: string): Promise<void> {
    await this.#desk.writer.write({ kind: 'leave', worker }, { what: 'leave the list', patience: 'answer' })
  }

  async workers(): Promise<readonly WorkerPresence[]> {
    await this.#desk.pulses.beat('list workers')
    return [...this.#desk.fold().roll.values()].map(({ presence }) => presence)
  }

  /** A message was read. */
  hear(message: ControlMessage): void {
    for (const handler of [...this.#handlers]) handler(message)
  }
}
