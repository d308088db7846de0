import type { ControlBus, ControlMessage, WorkerPresence } from '@hotline/core'
import { parseControlMessage, parsePresence } from '@hotline/core'
import type { RedisCalls } from './redis-calls.ts'
import type { RedisClient } from './redis-client.ts'

/** A worker counts as silent after so many of its beats. */
const BEATS = 3
/** After a refused subscription on a connection that stands, before the next try, in ms. */
const REFUSED_MS = 1000

/** What the control bus works with. */
export interface ControlDesk {
  readonly calls: RedisCalls
  readonly prefix: string
  readonly subscriber: RedisClient
  readonly closed: AbortSignal
}

type Handler = (message: ControlMessage) => void

/** PUBLISH to those that listen now, and the heartbeats. One connection subscribes for all listeners. */
export class RedisControl implements ControlBus {
  readonly #desk: ControlDesk
  readonly #channel: string
  readonly #handlers = new Set<Handler>()
  #subscribed: Promise<unknown> | undefined
  #isSubscribed = false

  constructor(desk: ControlDesk) {
    this.#desk = desk
    this.#channel = `${desk.prefix}control`
    desk.subscriber.on('error', () => {})
    desk.subscriber.on('message', (_channel, text) => this.#hear(String(text)))
    desk.subscriber.on('ready', () => this.#subscribeAgain())
  }

  async broadcast(message: ControlMessage): Promise<void> {
    const { calls } = this.#desk
    await calls.command('send a message to workers', 'PUBLISH', this.#channel, JSON.stringify(message))
  }

  async listen(handler: Handler): Promise<() => Promise<void>> {
    const own: Handler = (message) => handler(message)
    this.#handlers.add(own)
    try {
      await this.#subscribe()
    } catch (error) {
      this.#handlers.delete(own)
      throw error
    }
    return async () => {
      this.#handlers.delete(own)
    }
  }

  async beat(presence: WorkerPresence): Promise<void> {
    const { worker, everyMs } = presence
    const { calls } = this.#desk
    await calls.run('beat', 'keep a heartbeat', worker, JSON.stringify(presence), BEATS * everyMs)
  }

  async leave(worker: string): Promise<void> {
    await this.#desk.calls.run('beat', 'take a worker off the list', worker, '', 0)
  }

  async workers(): Promise<readonly WorkerPresence[]> {
    const { calls, prefix } = this.#desk
    const answer = await calls.command('list workers', 'HVALS', `${prefix}workers`)
    return Array.isArray(answer) ? answer.flatMap((text) => presenceIn(String(text)) ?? []) : []
  }

  /** The first time. */
  #subscribe(): Promise<unknown> {
    const { calls, subscriber } = this.#desk
    this.#subscribed ??= calls
      .await('listen to messages', async () => {
        if (subscriber.status === 'wait' || subscriber.status === 'end') await subscriber.connect()
        await subscriber.subscribe(this.#channel)
        this.#isSubscribed = true
      })
      .catch((error) => {
        this.#subscribed = undefined
        throw error
      })
    return this.#subscribed
  }

  /**
   * After a cut, and while a server that is loading, busy or without the right refuses. A connection that is cut
   * meanwhile comes back here by itself.
   */
  #subscribeAgain(): void {
    const { subscriber, closed } = this.#desk
    if (!this.#isSubscribed || closed.aborted || subscriber.status !== 'ready') return
    subscriber.subscribe(this.#channel).catch(() => {
      setTimeout(() => this.#subscribeAgain(), REFUSED_MS).unref()
    })
  }

  #hear(text: string): void {
    const message = parseControlMessage(text)
    if (message === undefined) return
    for (const handler of this.#handlers) handler(message)
  }
}

/** A heartbeat as `beat.lua` keeps it: the server's time, then what the worker said. */
function presenceIn(text: string): WorkerPresence | undefined {
  const [, seenAt, said = ''] = /^(\d+) (.*)$/s.exec(text) ?? []
  if (seenAt === undefined) return undefined
  try {
    return parsePresence(JSON.parse(said), Number(seenAt))
  } catch {
    return undefined
  }
}
