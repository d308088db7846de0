/**
 * A PostgreSQL of a test's own, for faults that no shared server should suffer: killed, restarted, emptied. Listens on a
 * free port of loopback and keeps its files in a folder that goes with it. The server refuses to run as root, so for root
 * it runs as the user `postgres` that its package made.
 */
import type { ChildProcess } from 'node:child_process'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { freePort } from './private-redis.ts'

const START_LIMIT_MS = 30_000
/** In memory where that is possible: a server that syncs hundreds of new files at its start is down for seconds. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const run = promisify(execFile)

interface User {
  readonly uid?: number
  readonly gid?: number
}

/** Settings of postgresql.conf by name, such as `{ fsync: 'off' }`. */
export type PostgresSettings = Readonly<Record<string, string>>

export class PrivatePostgres implements AsyncDisposable {
  readonly port: number
  readonly url: string
  readonly #folder: string
  readonly #settings: PostgresSettings
  readonly #user: User
  #process: ChildProcess | undefined

  private constructor(port: number, folder: string, settings: PostgresSettings, user: User) {
    this.port = port
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`
    this.#folder = folder
    this.#settings = settings
    this.#user = user
  }

  static async start(settings: PostgresSettings = {}): Promise<PrivatePostgres> {
    const user = await serverUser()
    const folder = await mkdtemp(path.join(PLACE, 'hotline-postgres-'))
    await chmod(folder, 0o700)
    if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid)
    const server = new PrivatePostgres(await freePort(), folder, settings, user)
    await server.empty()
    await server.start()
    return server
  }

  /** Starts again after `kill`, on the same port, with the files that are left. */
  async start(): Promise<void> {
    // Its files are ours alone, so there is no need to sync each of them by itself after a crash.
    const base = { recovery_init_sync_method: 'syncfs', shared_buffers: '16MB', max_wal_senders: '0' }
    const settings = {
      ...base,
      ...this.#settings,
      unix_socket_directories: this.#folder,
      listen_addresses: '127.0.0.1',
    }
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const started = spawn(postgresProgram('postgres'), ['-D', this.#data, '-p', String(this.port), ...args], {
      ...this.#user,
      cwd: this.#folder,
      stdio: 'ignore',
    })
    this.#process = started
    const failed = once(started, 'exit').then(([code]) => {
      throw new Error(`postgres ended with exit code ${code} before it answered.`)
    })
    await Promise.race([failed, untilAnswers(this.url)])
    failed.catch(() => {})
  }

  /** As a crash does, and as `pg_ctl stop -m immediate`: no checkpoint, no goodbye. */
  async kill(): Promise<void> {
    const ending = this.#process
    this.#process = undefined
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return
    const exited = once(ending, 'exit')
    ending.kill('SIGQUIT')
    await exited
  }

  /** New files: what a machine leaves that lost its disk. The server must not run. */
  async empty(): Promise<void> {
    await rm(this.#data, { recursive: true, force: true })
    const args = ['-D', this.#data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
    await run(postgresProgram('initdb'), args, { ...this.#user, cwd: this.#folder })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    await rm(this.#folder, { recursive: true, force: true })
  }

  get #data(): string {
    return path.join(this.#folder, 'data')
  }
}

/** Its programs are beside PATH where a package manager keeps several versions. */
export function postgresProgram(name: string): string {
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  const found = folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file))
  return found ?? globSync(`/usr/lib/postgresql/*/bin/${name}`).toSorted().at(-1) ?? name
}

export async function serverUser(): Promise<User> {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = await Promise.all(['-u', '-g'].map((what) => run('id', [what, 'postgres'])))
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) }
}

/** Resolves when the PostgreSQL at the URL answers. */
export async function probePostgres(url: string): Promise<void> {
  await asAdministrator(url, 'select 1')
}

/** Runs one statement, over a connection of its own. */
export async function asAdministrator(url: string, text: string, values: unknown[] = []): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query(text, values.length > 0 ? values : undefined)).rows
  } finally {
    await client.end().catch(() => {})
  }
}

export async function untilAnswers(url: string): Promise<void> {
  const giveUp = AbortSignal.timeout(START_LIMIT_MS)
  for (;;) {
    try {
      return await probePostgres(url)
    } catch (cause) {
      if (giveUp.aborted) throw new Error(`${url} did not answer within ${START_LIMIT_MS} ms.`, { cause })
      await setTimeout(20)
    }
  }
}
