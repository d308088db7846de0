import type { ControlBus, ControlMessage, WorkerPresence } from '@hotline/core'
import { ControlListeners, parsePresence, SILENT_AFTER_BEATS } from '@hotline/core'
import type { DatabaseFile } from './database-file.ts'
import type { FileReader } from './file-reader.ts'
import type { FileWriter } from './file-writer.ts'

/** How long a message is kept, in ms: whoever listens has heard it long before. */
const MESSAGE_MS = 60_000

/** What the control bus works with. */
export interface ControlDesk {
  readonly file: DatabaseFile
  readonly reader: FileReader
  readonly writer: FileWriter
}

/** Messages are rows, read by those that listen when they are woken; heartbeats are a row per worker. */
export class SqliteControl implements ControlBus {
  readonly #desk: ControlDesk
  readonly #listeners = new ControlListeners()
  /** Number of the last message that was handed on; undefined while nobody has ever listened. */
  #heard: number | undefined

  constructor(desk: ControlDesk) {
    this.#desk = desk
  }

  async broadcast(message: ControlMessage): Promise<void> {
    const { file, writer } = this.#desk
    await writer.write('send a message to workers', (now) => {
      file.run('unsend', now - MESSAGE_MS)
      file.run('send', now, JSON.stringify(message))
      writer.news.add('message')
    })
  }

  listen(handler: (message: ControlMessage) => void): Promise<() => Promise<void>> {
    return this.#listeners.add(handler, () => this.#begin())
  }

  async beat(presence: WorkerPresence): Promise<void> {
    const { file, writer } = this.#desk
    const { worker, everyMs } = presence
    const text = JSON.stringify(presence)
    await writer.write('keep a heartbeat', (now) => {
      file.run('beat', worker, now, now + Math.round(SILENT_AFTER_BEATS * everyMs), text)
    })
  }

  async leave(worker: string): Promise<void> {
    const { file, writer } = this.#desk
    await writer.write('take a worker off the list', () => void file.run('leave', worker))
  }

  async workers(): Promise<readonly WorkerPresence[]> {
    const { file, reader } = this.#desk
    const rows = await reader.read('list workers', () => file.all('workers'))
    return rows.flatMap((row) => parsePresence(String(row.presence), Number(row.seen_at)) ?? [])
  }

  /** Hands on the messages that are new. */
  hear(): void {
    if (this.#heard === undefined) return
    for (const { n, body } of this.#desk.file.all('messages', this.#heard)) {
      this.#heard = Number(n)
      this.#listeners.hear(String(body))
    }
  }

  /** What was sent before the first one listened is not for him. */
  async #begin(): Promise<void> {
    if (this.#heard !== undefined) return
    const { file, reader } = this.#desk
    const last = await reader.read('listen to messages', () => Number(file.get('last-message')?.n))
    this.#heard ??= last
  }
}
