/**
 * A RabbitMQ of a test's own, for faults that no shared broker should suffer: killed, restarted, frozen, without memory,
 * with other settings or users. Listens on free ports of loopback, keeps its files in a folder that goes with it, and has
 * a port mapper (epmd), a cookie and a name of its own, so that any number of them live beside each other and beside the
 * one of the machine. No plugins.
 *
 * A first start takes about 5 s, most of which is the loading of its modules; there is no setting against that.
 */
import type { ChildProcess } from 'node:child_process'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { connect } from 'amqplib'
import { lowPort } from './low-port.ts'

const NODE = 'hotline@localhost'
/** Where Debian has the programs themselves; those in PATH are wrappers that change to the user of the machine's broker. */
const DEBIAN_PROGRAMS = '/usr/lib/rabbitmq/bin'
const START_LIMIT_MS = 60_000
const PROBE_LIMIT_MS = 2000
const run = promisify(execFile)

/** How it differs from a broker as installed. */
export interface RabbitmqOptions {
  /** Settings of rabbitmq.conf by name, such as `{ consumer_timeout: '20000', heartbeat: '5' }`. */
  readonly settings?: Readonly<Record<string, string>>
  /** Numbers of the application `rabbit` that rabbitmq.conf does not know, such as `{ channel_tick_interval: 5000 }`. */
  readonly advanced?: Readonly<Record<string, number>>
}

interface Ports {
  readonly amqp: number
  readonly distribution: number
  readonly mapper: number
}

export class PrivateRabbitmq implements AsyncDisposable {
  readonly port: number
  /** As the administrator `guest`, in the vhost `/`. */
  readonly url: string
  readonly #folder: string
  readonly #env: NodeJS.ProcessEnv
  readonly #mapper: ChildProcess
  #process: ChildProcess | undefined

  private constructor(port: number, folder: string, env: NodeJS.ProcessEnv, mapper: ChildProcess) {
    this.port = port
    this.url = `amqp://guest:guest@127.0.0.1:${port}`
    this.#folder = folder
    this.#env = env
    this.#mapper = mapper
  }

  static async start(options: RabbitmqOptions = {}): Promise<PrivateRabbitmq> {
    const folder = await mkdtemp(path.join(tmpdir(), 'hotline-rabbitmq-'))
    const ports = { amqp: await lowPort(), distribution: await lowPort(), mapper: await lowPort() }
    await writeSettings(folder, ports.amqp, options)
    const mapper = spawn('epmd', ['-port', String(ports.mapper), '-address', '127.0.0.1'], {
      stdio: 'ignore',
    })
    const server = new PrivateRabbitmq(ports.amqp, folder, environment(folder, ports), mapper)
    try {
      await server.start()
    } catch (error) {
      await server[Symbol.asyncDispose]()
      throw error
    }
    return server
  }

  /**
   * Starts again after `kill` or `stop`, on the same port, with the files that are left. Resolves when it accepts
   * connections; its queues and streams may need some seconds more to find their leaders.
   */
  async start(): Promise<void> {
    const started = spawn(rabbitmqProgram('rabbitmq-server'), {
      env: this.#env,
      cwd: this.#folder,
      stdio: 'ignore',
    })
    this.#process = started
    const failed = once(started, 'exit').then(async ([code]) => {
      throw new Error(`rabbitmq-server ended with exit code ${code} before it answered:\n${await this.log()}`)
    })
    await Promise.race([failed, untilAnswers(this.url)])
    failed.catch(() => {})
  }

  /**
   * As a crash does. Declare and use the queues some 10 s before: one that RabbitMQ 3.10 made just before the crash comes
   * back without a leader, for good, and answers no `get` and no `consume`. (Measured: lost at once after the declaration,
   * whole 8 s after it.)
   */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** As an operator does. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  /** The process stands still; connections stay open and nobody answers. */
  freeze(): void {
    this.#process?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#process?.kill('SIGCONT')
  }

  /** Runs `rabbitmqctl` on it (about 1 s), and resolves with what it prints. */
  async ctl(...args: string[]): Promise<string> {
    const { stdout } = await run(rabbitmqProgram('rabbitmqctl'), ['--quiet', ...args], { env: this.#env })
    return stdout
  }

  /** Adds a vhost where `guest` may do everything. Resolves with its URL. */
  async addVhost(name: string): Promise<string> {
    await this.ctl('add_vhost', name)
    await this.ctl('set_permissions', '--vhost', name, 'guest', '.*', '.*', '.*')
    return `${this.url}/${encodeURIComponent(name)}`
  }

  /** All that it has logged so far. */
  async log(): Promise<string> {
    return readFile(path.join(this.#folder, 'broker.log'), 'utf8').catch(() => '')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGKILL')
    await end(this.#mapper, 'SIGKILL')
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const ending = this.#process
    this.#process = undefined
    if (ending !== undefined) await end(ending, signal)
  }
}

/** Resolves when the broker at the URL lets its user in. */
export async function probeRabbitmq(url: string): Promise<void> {
  const connection = await connect(url, { timeout: PROBE_LIMIT_MS })
  connection.on('error', () => {})
  await connection.close()
}

async function writeSettings(folder: string, port: number, options: RabbitmqOptions): Promise<void> {
  const settings = {
    'listeners.tcp.local': `127.0.0.1:${port}`,
    'log.console': 'false',
    'log.file': path.join(folder, 'broker.log'),
    ...options.settings,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
  const terms = Object.entries(options.advanced ?? {}).map(([name, value]) => `{${name}, ${value}}`)
  await writeFile(path.join(folder, 'rabbitmq.conf'), lines.join(''))
  await writeFile(path.join(folder, 'advanced.config'), `[{rabbit, [${terms.join(', ')}]}].\n`)
  await writeFile(path.join(folder, 'enabled_plugins'), '[].\n')
}

function environment(folder: string, ports: Ports): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    // The cookie is made there.
    HOME: folder,
    ERL_EPMD_PORT: String(ports.mapper),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: NODE,
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_MNESIA_BASE: path.join(folder, 'data'),
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_PID_FILE: path.join(folder, 'broker.pid'),
    RABBITMQ_CONFIG_FILE: path.join(folder, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: path.join(folder, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: path.join(folder, 'enabled_plugins'),
    // Nothing of the machine's broker.
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    // Its script then becomes the broker, instead of a parent that a signal would reach in its place.
    RUNNING_UNDER_SYSTEMD: 'true',
  }
}

function rabbitmqProgram(name: string): string {
  const program = path.join(DEBIAN_PROGRAMS, name)
  return existsSync(program) ? program : name
}

async function end(ending: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (ending.exitCode !== null || ending.signalCode !== null) return
  const exited = once(ending, 'exit')
  ending.kill(signal)
  ending.kill('SIGCONT')
  await exited
}

async function untilAnswers(url: string): Promise<void> {
  const giveUp = AbortSignal.timeout(START_LIMIT_MS)
  for (;;) {
    try {
      return await probeRabbitmq(url)
    } catch (cause) {
      if (giveUp.aborted) throw new Error(`${url} did not answer within ${START_LIMIT_MS} ms.`, { cause })
      await setTimeout(100)
    }
  }
}
