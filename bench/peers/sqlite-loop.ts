/**
 * What one writes on `node:sqlite` in an afternoon: a table, a row per job, and a loop that takes the next row, runs it and
 * says so, with the durability of hotline (WAL, each commit synced). No events, no leases, no retries, one process.
 */
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import type { Contender } from '../contender.ts'
import { benchFolder } from '../sqlite/sqlite-land.ts'
import { EndCount } from './end-count.ts'

/** Jobs per transaction of a bulk, as in hotline. */
const CHUNK = 128
/** Between looks while there is nothing to do, in ms. */
const POLL_MS = 10

export class SqliteLoop implements Contender {
  readonly #folder: string
  readonly #database: DatabaseSync
  readonly #ended = new EndCount()
  #slots: Promise<void>[] = []
  #isResting = true

  private constructor(folder: string) {
    this.#folder = folder
    this.#database = new DatabaseSync(path.join(folder, 'jobs.db'))
    this.#database.exec(`pragma journal_mode = wal; pragma synchronous = full;
      create table job (id integer primary key, state integer not null, input text not null, result text);
      create index waiting on job (id) where state = 0`)
  }

  static async start(): Promise<SqliteLoop> {
    return new SqliteLoop(await benchFolder())
  }

  async add(data: number): Promise<void> {
    this.#database.prepare('insert into job (state, input) values (0, ?)').run(JSON.stringify(data))
  }

  async addMany(count: number): Promise<void> {
    const insert = this.#database.prepare('insert into job (state, input) values (0, ?)')
    for (let first = 0; first < count; first += CHUNK) {
      this.#database.exec('begin immediate')
      for (let data = first; data < Math.min(count, first + CHUNK); data++) insert.run(JSON.stringify(data))
      this.#database.exec('commit')
    }
  }

  async work(concurrency: number, onRun: (data: number) => void): Promise<void> {
    this.#isResting = false
    this.#slots = Array.from({ length: concurrency }, () => this.#loop(onRun))
  }

  done(count: number): Promise<void> {
    return this.#ended.reach(count)
  }

  async rest(): Promise<void> {
    this.#isResting = true
    await Promise.all(this.#slots)
  }

  async stop(): Promise<void> {
    await this.rest()
    this.#database.close()
    await rm(this.#folder, { recursive: true })
  }

  async #loop(onRun: (data: number) => void): Promise<void> {
    const take = this.#database.prepare(
      'update job set state = 1 where id = (select id from job where state = 0 order by id limit 1) returning id, input',
    )
    const end = this.#database.prepare('update job set state = 2, result = ? where id = ?')
    while (!this.#isResting) {
      const job = take.get()
      if (job === undefined) {
        await setTimeout(POLL_MS)
        continue
      }
      const data = Number(JSON.parse(String(job.input)))
      onRun(data)
      await null
      end.run(JSON.stringify(data), Number(job.id))
      this.#ended.add()
    }
  }
}
