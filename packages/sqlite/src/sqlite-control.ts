import type { ControlBus, ControlMessage, WorkerPresence } from '@hotline/core'
import { parseControlMessage, parsePresence } from '@hotline/core'
import type { DatabaseFile, Row } from './database-file.ts'
import type { FileReader } from './file-reader.ts'
import type { FileWriter } from './file-writer.ts'

/** A worker counts as silent after so many of its beats. */
const BEATS = 3
/** How long a message is kept, in ms: whoever listens has heard it long before. */
const MESSAGE_MS = 60_000

/** What the control bus works with. */
export interface ControlDesk {
  readonly file: DatabaseFile
  readonly reader: FileReader
  readonly writer: FileWriter
}

type Handler = (message: ControlMessage) => void

/** Messages are rows, read by those that listen when they are woken; heartbeats are a row per worker. */
export class SqliteControl implements ControlBus {
  readonly #desk: ControlDesk
  readonly #handlers = new Set<Handler>()
  /** Number of the last message that was handed on. */
  #heard = 0

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

  async listen(handler: Handler): Promise<() => Promise<void>> {
    const { file, reader } = this.#desk
    const own: Handler = (message) => handler(message)
    const last = await reader.read('listen to messages', () => Number(file.get('last-message')?.n))
    if (this.#handlers.size === 0) this.#heard = last
    else this.hear()
    this.#handlers.add(own)
    return async () => {
      this.#handlers.delete(own)
    }
  }

  async beat(presence: WorkerPresence): Promise<void> {
    const { file, writer } = this.#desk
    const { worker, everyMs } = presence
    const text = JSON.stringify(presence)
    await writer.write('keep a heartbeat', (now) => {
      file.run('beat', worker, now, now + Math.round(BEATS * everyMs), text)
    })
  }

  async leave(worker: string): Promise<void> {
    const { file, writer } = this.#desk
    await writer.write('take a worker off the list', () => void file.run('leave', worker))
  }

  async workers(): Promise<readonly WorkerPresence[]> {
    const { file, reader } = this.#desk
    const rows = await reader.read('list workers', () => file.all('workers'))
    return rows.flatMap((row) => presenceIn(row) ?? [])
  }

  /** Hands on the messages that are new. */
  hear(): void {
    if (this.#handlers.size === 0) return
    for (const { n, body } of this.#desk.file.all('messages', this.#heard)) {
      this.#heard = Number(n)
      const message = parseControlMessage(String(body))
      if (message !== undefined) for (const handler of [...this.#handlers]) handler(message)
    }
  }
}

/** A heartbeat as its row has it: the time by the machine's clock, and what the worker said. */
function presenceIn({ seen_at: seenAt, presence }: Row): WorkerPresence | undefined {
  try {
    return parsePresence(JSON.parse(String(presence)), Number(seenAt))
  } catch {
    return undefined
  }
}
