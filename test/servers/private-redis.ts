/**
 * A Redis of a test's own, for faults that no shared server should suffer: killed, stopped, without memory, with a
 * replica. Listens on a free port of loopback and keeps its files in a folder that goes with it.
 */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Redis } from 'ioredis'

const PROGRAM = 'redis-server'
const START_LIMIT_MS = 20_000

/** Settings of redis.conf by name, such as `{ appendonly: 'yes', appendfsync: 'always' }`. Default: nothing on disk. */
export type RedisSettings = Readonly<Record<string, string>>

export class PrivateRedis implements AsyncDisposable {
  readonly port: number
  readonly url: string
  readonly #folder: string
  readonly #settings: RedisSettings
  #process: ChildProcess | undefined

  private constructor(port: number, folder: string, settings: RedisSettings) {
    this.port = port
    this.url = `redis://127.0.0.1:${port}`
    this.#folder = folder
    this.#settings = settings
  }

  static async start(settings: RedisSettings = {}): Promise<PrivateRedis> {
    const folder = await mkdtemp(path.join(tmpdir(), 'hotline-redis-'))
    const server = new PrivateRedis(await freePort(), folder, settings)
    await server.start()
    return server
  }

  /** Starts again after `kill` or `stop`, on the same port, with the files that are left. */
  async start(): Promise<void> {
    const base = { bind: '127.0.0.1', port: String(this.port), dir: this.#folder, save: '', appendonly: 'no' }
    const args = Object.entries({ ...base, ...this.#settings }).flatMap(([name, value]) => [
      `--${name}`,
      value,
    ])
    const started = spawn(PROGRAM, args, { stdio: 'ignore' })
    this.#process = started
    const failed = once(started, 'exit').then(([code]) => {
      throw new Error(`${PROGRAM} ended with exit code ${code} before it answered: ${args.join(' ')}`)
    })
    await Promise.race([failed, untilAnswers(this.url)])
    failed.catch(() => {})
  }

  /** As a crash does: what is not on disk is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** As an operator does. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  /** The process stands still; connections stay open and nobody answers. */
  freeze(): void {
    this.#process?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#process?.kill('SIGCONT')
  }

  /** Sends one command as an administrator would. */
  async command(name: string, ...args: string[]): Promise<unknown> {
    const client = connect(this.url)
    try {
      return await client.call(name, ...args)
    } finally {
      client.disconnect()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGKILL')
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const ending = this.#process
    this.#process = undefined
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return
    const exited = once(ending, 'exit')
    ending.kill(signal)
    ending.kill('SIGCONT')
    await exited
  }
}

/** Resolves when the Redis at the URL answers PING. */
export async function probeRedis(url: string): Promise<void> {
  const client = connect(url)
  try {
    await client.connect()
    await client.ping()
  } finally {
    client.disconnect()
  }
}

function connect(url: string): Redis {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2000,
    commandTimeout: 2000,
    retryStrategy: () => null,
  })
  client.on('error', () => {})
  return client
}

export async function untilAnswers(url: string): Promise<void> {
  const giveUp = AbortSignal.timeout(START_LIMIT_MS)
  for (;;) {
    try {
      return await probeRedis(url)
    } catch (cause) {
      if (giveUp.aborted) throw new Error(`${url} did not answer within ${START_LIMIT_MS} ms.`, { cause })
      await setTimeout(20)
    }
  }
}

export async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  listener.close()
  await once(listener, 'close')
  if (address === null || typeof address === 'string') throw new Error('No port of loopback is free.')
  return address.port
}
