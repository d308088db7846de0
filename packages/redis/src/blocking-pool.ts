import type { RedisClient } from './redis-client.ts'
import { COMMAND_TIMEOUT_MS } from './redis-client.ts'

/** After an error, before the caller looks again, in ms. */
const PAUSE_MS = 50

export type Command = readonly [name: string, ...args: (string | number)[]]

/**
 * Connections for commands that block, one for each that waits at the moment. A wait that is broken off ends its
 * connection, as a server answers nothing else on it before.
 */
export class BlockingPool {
  readonly #make: () => RedisClient
  readonly #idle: RedisClient[] = []
  readonly #all = new Set<RedisClient>()

  constructor(make: () => RedisClient) {
    this.#make = make
  }

  /**
   * The answers to a command that blocks and to those behind it, which the server looks at when it no longer does; or
   * `undefined` when one is missing: not in time, refused, or because `stop` aborted. Never rejects.
   */
  async call(
    commands: readonly [Command, ...Command[]],
    waitMs: number,
    stop: AbortSignal,
  ): Promise<readonly unknown[] | undefined> {
    if (stop.aborted) return undefined
    const client = this.#idle.pop() ?? this.#add()
    const leave = () => this.#drop(client)
    const timer = setTimeout(leave, waitMs + 2 * COMMAND_TIMEOUT_MS)
    stop.addEventListener('abort', leave)
    try {
      if (client.status !== 'ready') await connected(client)
      const answers = await answersOf(client, commands)
      this.#idle.push(client)
      return answers
    } catch {
      this.#drop(client)
      await pause(stop)
      return undefined
    } finally {
      clearTimeout(timer)
      stop.removeEventListener('abort', leave)
    }
  }

  close(): void {
    for (const client of this.#all) client.disconnect()
    this.#all.clear()
    this.#idle.length = 0
  }

  #add(): RedisClient {
    const client = this.#make()
    client.on('error', () => {})
    this.#all.add(client)
    return client
  }

  #drop(client: RedisClient): void {
    client.disconnect()
    this.#all.delete(client)
  }
}

/** Rejects unless all are answered. A single command does without a pipeline, which is the slower way for one. */
async function answersOf(
  client: RedisClient,
  [first, ...others]: readonly [Command, ...Command[]],
): Promise<readonly unknown[]> {
  if (others.length === 0) return [await client.call(...first)]
  const pipeline = client.pipeline()
  for (const command of [first, ...others]) pipeline.call(...command)
  const answers = (await pipeline.exec()) ?? []
  for (const [error] of answers) if (error !== null) throw error
  return answers.map(([, answer]) => answer)
}

/** Rejects when the connection ends before it is ready. */
async function connected(client: RedisClient): Promise<void> {
  if (client.status === 'wait') return client.connect()
  await new Promise<void>((resolve, reject) => {
    client.once('ready', () => resolve())
    client.once('end', () => reject(new Error('Connection is closed.')))
    client.once('close', () => reject(new Error('Connection is closed.')))
  })
}

function pause(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      stop.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, PAUSE_MS)
    stop.addEventListener('abort', end)
  })
}
