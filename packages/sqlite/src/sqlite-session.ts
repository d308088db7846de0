import { setTimeout as pass } from 'node:timers/promises'
import type { ControlBus, JobLog, JobQueue } from '@hotline/core'
import { ClosedError, WakeBoard } from '@hotline/core'
import { DatabaseFile } from './database-file.ts'
import { FileClock } from './file-clock.ts'
import { FileReader } from './file-reader.ts'
import { isBusy, troubleOf } from './file-trouble.ts'
import { FileWriter } from './file-writer.ts'
import { JobStore } from './job-store.ts'
import { NewsTeller } from './news-teller.ts'
import { ensureSchema } from './schema.ts'
import { SqliteControl } from './sqlite-control.ts'
import { SqliteLog } from './sqlite-log.ts'
import { SqliteQueue } from './sqlite-queue.ts'
import type { SqlitePlan } from './sqlite-transport.ts'
import { Sweeper } from './sweeper.ts'
import { WakeFile } from './wake-file.ts'

/** Between two tries to open a file that another process is making, in ms. */
const RETRY_MS = 10

/** What exists while the file is open. */
interface Parts {
  readonly file: DatabaseFile
  readonly queue: SqliteQueue
  readonly log: SqliteLog
  readonly control: SqliteControl
  readonly writer: FileWriter
  readonly sweeper: Sweeper
  readonly wakeFile: WakeFile
}

/** What lives from `open` to `close`: the connection, and all that uses it. */
export class SqliteSession {
  readonly #plan: SqlitePlan
  readonly #closing = new AbortController()
  #parts: Parts | undefined

  constructor(plan: SqlitePlan) {
    this.#plan = plan
  }

  get isOpen(): boolean {
    return this.#parts !== undefined
  }

  get queue(): JobQueue {
    return this.#open.queue
  }

  get log(): JobLog {
    return this.#open.log
  }

  get control(): ControlBus {
    return this.#open.control
  }

  async open(): Promise<void> {
    const file = await this.#openFile()
    if (this.#closing.signal.aborted) {
      file.close()
      throw closedError('open')
    }
    this.#parts = this.#assemble(file)
    this.#parts.wakeFile.start()
    this.#parts.sweeper.start()
  }

  close(): void {
    this.#closing.abort()
    const parts = this.#parts
    this.#parts = undefined
    if (parts === undefined) return
    parts.sweeper.stop()
    parts.wakeFile.close()
    parts.writer.close()
    parts.queue.close()
    parts.file.close()
  }

  get #open(): Parts {
    if (this.#parts === undefined) throw closedError('use it')
    return this.#parts
  }

  /** Another process may be making it, or mending it after a crash. */
  async #openFile(): Promise<DatabaseFile> {
    const { file: path, lockTimeoutMs } = this.#plan
    const until = performance.now() + lockTimeoutMs
    for (;;) {
      try {
        return openWithSchema(path)
      } catch (error) {
        if (!isBusy(error) || performance.now() > until || this.#closing.signal.aborted)
          throw troubleOf(error, 'open the file', path)
      }
      await pass(RETRY_MS)
    }
  }

  #assemble(file: DatabaseFile): Parts {
    const { limits, lockTimeoutMs, time } = this.#plan
    const { leaseMs, retentionMs, maxPayloadBytes } = limits
    const closed = this.#closing.signal
    const board = new WakeBoard()
    const clock = new FileClock(file, time, leaseMs)
    const reader = new FileReader({ file, lockTimeoutMs, closed })
    const onCommit = (news: ReadonlySet<string>) => {
      wakeFile.touch()
      teller.some(news)
    }
    const writer = new FileWriter({ file, clock, lockTimeoutMs, onCommit })
    const store = new JobStore({ file, leaseMs, news: writer.news })
    const desk = { file, clock, reader, writer, store, board, closed }
    const control = new SqliteControl({ file, reader, writer })
    const teller = new NewsTeller({ file, board, control })
    const wakeFile = new WakeFile({ file, onNews: () => teller.all() })
    return {
      ...{ file, writer, wakeFile, control },
      queue: new SqliteQueue({ ...desk, maxPayloadBytes }),
      log: new SqliteLog(desk),
      sweeper: new Sweeper({ ...desk, leaseMs, retentionMs }),
    }
  }
}

function openWithSchema(path: string): DatabaseFile {
  const file = new DatabaseFile(path)
  try {
    ensureSchema(file)
    return file
  } catch (error) {
    file.close()
    throw error
  }
}

function closedError(call: string): ClosedError {
  return new ClosedError({ what: 'sqlite transport', call })
}
