import type { ControlBus, ControlMessage, WorkerPresence } from '@hotline/core'
import { ControlListeners, parsePresence, SILENT_AFTER_BEATS } from '@hotline/core'
import type { RedisCalls } from './redis-calls.ts'
import type { RedisClient } from './redis-client.ts'

/** After a refused subscription on a connection that stands, before the next try, in ms. */
const REFUSED_MS = 1000

/** What the control bus works with. */
export interface ControlDesk {
  readonly calls: RedisCalls
  readonly prefix: string
  readonly subscriber: RedisClient
  readonly closed: AbortSignal
}

/** PUBLISH to those that listen now, and the heartbeats. One connection subscribes for all listeners. */
export class RedisControl implements ControlBus {
  readonly #desk: ControlDesk
  readonly #channel: string
  readonly #listeners = new ControlListeners()
  #subscribed: Promise<unknown> | undefined
  #isSubscribed = false

  constructor(desk: ControlDesk) {
    this.#desk = desk
    this.#channel = `${desk.prefix}control`
    desk.subscriber.on('error', () => {})
    desk.subscriber.on('message', (_channel, text) => this.#listeners.hear(String(text)))
    desk.subscriber.on('ready', () => this.#subscribeAgain())
  }

  async broadcast(message: ControlMessage): Promise<void> {
    const { calls } = this.#desk
    await calls.command('send a message to workers', 'PUBLISH', this.#channel, JSON.stringify(message))
  }

  listen(handler: (message: ControlMessage) => void): Promise<() => Promise<void>> {
    return this.#listeners.add(handler, () => this.#subscribe())
  }

  async beat(presence: WorkerPresence): Promise<void> {
    const { worker, everyMs } = presence
    const { calls } = this.#desk
    await calls.run(
      'beat',
      'keep a heartbeat',
      worker,
      JSON.stringify(presence),
      SILENT_AFTER_BEATS * everyMs,
    )
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
}

/** A heartbeat as `beat.lua` keeps it: the server's time, then what the worker said. */
function presenceIn(text: string): WorkerPresence | undefined {
  const [, seenAt, said = ''] = /^(\d+) (.*)$/s.exec(text) ?? []
  return seenAt === undefined ? undefined : parsePresence(said, Number(seenAt))
}
