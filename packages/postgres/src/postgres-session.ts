import { createHash } from 'node:crypto'
import type { ControlBus, JobLog, JobQueue } from '@hotline/core'
import { WakeBoard } from '@hotline/core'
import type { Database } from './database.ts'
import type { EnqueueDesk } from './enqueuer.ts'
import { Enqueuer } from './enqueuer.ts'
import { HintLine, payloadOf } from './hint-line.ts'
import { JobStore } from './job-store.ts'
import { Listener } from './listener.ts'
import { Migrator } from './migrator.ts'
import { PostgresCalls } from './postgres-calls.ts'
import { PostgresControl } from './postgres-control.ts'
import { PostgresLog } from './postgres-log.ts'
import { PostgresQueue } from './postgres-queue.ts'
import type { PostgresPlan } from './postgres-transport.ts'
import { SqlShelf } from './sql-shelf.ts'
import { Sweeper } from './sweeper.ts'
import { TicketDesk } from './ticket-desk.ts'
import type { SqlExecutor } from './within-transaction.ts'
import { executeWith } from './within-transaction.ts'

/** How long waiting takes at most before it looks by itself, in ms: with notifications, and without. */
const FLOOR_MS = 1000
const DEAF_FLOOR_MS = 100

/** Warnings said by this process already, so that each is said once. */
const said = new Set<string>()

/** What lives from `open` to `close`: connections, and all that uses them. */
export class PostgresSession {
  readonly queue: JobQueue
  readonly log: JobLog
  readonly control: ControlBus
  server = 'not connected'
  isOpen = false
  readonly #closing = new AbortController()
  readonly #database: Database
  readonly #calls: PostgresCalls
  readonly #tickets: TicketDesk
  readonly #listener: Listener
  readonly #sweeper: Sweeper
  readonly #leases: PostgresQueue
  readonly #migrator: Migrator
  readonly #enqueueDesk: EnqueueDesk
  readonly #channel: string

  constructor({ schema, limits, connect }: PostgresPlan) {
    const closed = this.#closing.signal
    const database = connect()
    const calls = new PostgresCalls(database, new SqlShelf(schema), closed)
    const board = new WakeBoard()
    const channel = channelOf(schema)
    const hints = new HintLine(database, board, channel, closed)
    const tickets = new TicketDesk(calls, database, schema)
    const store = new JobStore({ calls, tickets, hints })
    const { leaseMs, retentionMs, maxPayloadBytes } = limits
    const execute = calls.runText.bind(calls)
    const setAside = store.setAside.bind(store)
    this.#database = database
    this.#calls = calls
    this.#tickets = tickets
    this.#channel = channel
    const hint = async (...topics: readonly string[]) => hints.hint(...topics)
    this.#enqueueDesk = { calls, tickets, hint, execute, maxPayloadBytes, setAside }
    this.#migrator = new Migrator({ calls, database, schema, onMade: () => tickets.forgetQueues() })
    const floorMs = () => (this.#listener.isHearing ? FLOOR_MS : DEAF_FLOOR_MS)
    const enqueuer = new Enqueuer(this.#enqueueDesk)
    this.#leases = new PostgresQueue({
      calls,
      store,
      tickets,
      enqueuer,
      hints,
      board,
      leaseMs,
      closed,
      floorMs,
    })
    this.queue = this.#leases
    this.log = new PostgresLog({ calls, store, hints, board, closed, floorMs })
    const heard = () => calls.persist('listen to messages', () => this.#listener.heard())
    const control = new PostgresControl({ calls, hints, channel, heard })
    this.control = control
    const onNotify = (payload: string) => control.hear(payload)
    this.#listener = new Listener({ database, channel, closed, onNotify, onHearing: () => board.wakeAll() })
    this.#sweeper = new Sweeper({ calls, store, hints, leaseMs, retentionMs })
    // What hears itself is one connection all along, and no pooler that hands out another each time.
    calls.mayPrepare = () => this.#listener.isHearing && !database.isEmbedded
    calls.onMissing = () => this.#migrator.mend()
  }

  /** What `migrate` runs. */
  static migrationScript({ schema }: PostgresPlan): string {
    return Migrator.script(schema)
  }

  async open(): Promise<void> {
    await this.migrate()
    this.isOpen = true
    this.#listener.start()
    this.#sweeper.start()
  }

  async migrate(): Promise<void> {
    const facts = await this.#migrator.migrate()
    this.server = facts.version
    if (!this.#database.isEmbedded) for (const warning of facts.warnings) warnOnce(warning)
  }

  async close(): Promise<void> {
    this.isOpen = false
    this.#closing.abort()
    this.#sweeper.stop()
    this.#leases.close()
    await Promise.all([this.#tickets.close(), this.#database.close().catch(() => {})])
  }

  /** What stores jobs within a transaction of the application. Its hints go with the commit. */
  enqueuer(executor: SqlExecutor): Enqueuer {
    const execute = executeWith(executor)
    const text = this.#calls.shelf.text('notify')
    const hint = async (...topics: readonly string[]): Promise<void> => {
      await execute(text, 'send a hint', [this.#channel, payloadOf(topics)])
    }
    return new Enqueuer({ ...this.#enqueueDesk, execute, hint })
  }

  /** Drops everything. The sweep must not make it again. */
  async wipe(): Promise<void> {
    this.#sweeper.stop()
    await this.#migrator.drop()
  }
}

function channelOf(schema: string): string {
  return `hotline_${createHash('sha256').update(schema).digest('hex').slice(0, 24)}`
}

function warnOnce(text: string): void {
  if (said.has(text)) return
  said.add(text)
  process.emitWarning(text, { type: 'HotlineWarning', code: 'HOTLINE_POSTGRES' })
}
