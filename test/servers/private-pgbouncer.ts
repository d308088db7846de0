/**
 * A PgBouncer of a test's own, before a server that others may use. Listens on a free port of loopback and keeps its files
 * in a folder that goes with it. Like the server it refuses to run as root, and then runs as the user `postgres`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Machine } from './find-server.ts'
import { thisMachine } from './find-server.ts'
import { serverUser, untilAnswers } from './private-postgres.ts'
import { freePort } from './private-redis.ts'

/** Connections to the server at most, for one database and user. */
export const POOL_SIZE = 20
const PACKAGES = { 'apt-get': 'pgbouncer', apk: 'pgbouncer' } as const
const CONFIGURATION = 'pgbouncer.ini'
/** Where Debian has it, which is not in everybody's PATH. */
const DEBIAN_PROGRAM = '/usr/sbin/pgbouncer'

/** When a connection to the server goes back: at the end of each transaction, or with its client. */
type PoolMode = 'transaction' | 'session'

export class PrivatePgbouncer implements AsyncDisposable {
  readonly port: number
  /** With user, password and database of the server's. */
  readonly url: string
  readonly #stop: () => Promise<void>

  private constructor(url: string, port: number, stop: () => Promise<void>) {
    this.url = url
    this.port = port
    this.#stop = stop
  }

  /** Before the server at the URL. */
  static async start(serverUrl: string, mode: PoolMode): Promise<PrivatePgbouncer> {
    const user = await serverUser()
    const port = await freePort()
    const folder = await mkdtemp(path.join(tmpdir(), 'hotline-pgbouncer-'))
    const files = await writeSettings(folder, new URL(serverUrl), mode, port)
    if (user.uid !== undefined && user.gid !== undefined)
      for (const file of [folder, ...files]) await chown(file, user.uid, user.gid)
    const args = ['--quiet', path.join(folder, CONFIGURATION)]
    const started = spawn(pgbouncerProgram(), args, { ...user, cwd: folder, stdio: 'ignore' })
    const exited = once(started, 'exit')
    const stop = async (): Promise<void> => {
      started.kill('SIGKILL')
      await exited
      await rm(folder, { recursive: true, force: true })
    }
    const failed = exited.then(([code]) => {
      throw new Error(`pgbouncer ended with exit code ${code} before it answered.`)
    })
    const url = new URL(serverUrl)
    url.hostname = '127.0.0.1'
    url.port = String(port)
    try {
      await Promise.race([failed, untilAnswers(url.href)])
    } catch (error) {
      await stop()
      throw error
    }
    failed.catch(() => {})
    return new PrivatePgbouncer(url.href, port, stop)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop()
  }
}

/** Why there is no PgBouncer here and none could be installed; undefined where there is one. */
export async function pgbouncerProblem(machine: Machine = thisMachine): Promise<string | undefined> {
  if (await machine.hasProgram(pgbouncerProgram())) return undefined
  if ((await machine.install(PACKAGES)) && (await machine.hasProgram(pgbouncerProgram()))) return undefined
  return `The tests need PgBouncer, and none is installed, and none could be. Install the package ${PACKAGES['apt-get']}.`
}

/** The files that were written. */
async function writeSettings(
  folder: string,
  server: URL,
  mode: PoolMode,
  port: number,
): Promise<readonly string[]> {
  const configuration = path.join(folder, CONFIGURATION)
  const users = path.join(folder, 'users.txt')
  const lines = [
    '[databases]',
    `* = host=${server.hostname} port=${server.port || 5432}`,
    '[pgbouncer]',
    ...['listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir ='],
    ...['auth_type = trust', `auth_file = ${users}`],
    ...[`pool_mode = ${mode}`, 'max_client_conn = 200', `default_pool_size = ${POOL_SIZE}`],
  ]
  await writeFile(configuration, `${lines.join('\n')}\n`)
  const [name, password] = [server.username, server.password].map(decodeURIComponent)
  await writeFile(users, `"${name}" "${password}"\n`, { mode: 0o600 })
  return [configuration, users]
}

function pgbouncerProgram(): string {
  return existsSync(DEBIAN_PROGRAM) ? DEBIAN_PROGRAM : 'pgbouncer'
}
