import { Socket } from 'node:net'
import type { ChannelModel } from 'amqplib'

/** What a line works with. */
export interface LineDesk {
  readonly connect: () => Promise<ChannelModel>
  /** Makes the connection useful: channels, queues, consumers. Runs anew on each connection. */
  readonly setup: (model: ChannelModel) => Promise<void>
  readonly onDown: (cause: unknown) => void
  /** Whether it may work later: an outage, and not a refusal. */
  readonly isPassing: (error: unknown) => boolean
}

/** Waits between tries, in ms: the first, and the longest. */
const FIRST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 250
/** A connection that lived so long, in ms, was a good one. */
const GOOD_MS = 5_000
/** What the broker gets to say goodbye, in ms. */
const GOODBYE_MS = 500

/**
 * One connection that comes back.
 *
 *   idle --start--> connecting --set up--> up --the socket closes--> connecting
 *                   connecting --refused, at the start--> idle, and `start` rejects
 *   any --stop--> stopped
 *
 * The socket itself is watched, since amqplib says nothing when one is destroyed without an error.
 */
export class Line {
  readonly #desk: LineDesk
  #model: ChannelModel | undefined
  #isStopped = false
  #pause: (() => void) | undefined
  #trouble: unknown
  /** How often in a row it was given up by us; a network that cuts is no reason to wait. */
  #drops = 0
  #upSince = 0

  constructor(desk: LineDesk) {
    this.#desk = desk
  }

  get isUp(): boolean {
    return this.#model !== undefined
  }

  /** What kept it from coming up, or took it down, last. */
  get trouble(): unknown {
    return this.#trouble
  }

  /** Connects, for as long as an outage lasts. @throws what is no outage, and what an outage said at `deadline` */
  async start(deadline: number): Promise<void> {
    await this.#raise((error) => this.#desk.isPassing(error) && performance.now() < deadline)
  }

  /** Gives this connection up for another. */
  drop(problem: string): void {
    const model = this.#model
    if (model === undefined) return
    this.#drops += 1
    socketOf(model)?.destroy(new Error(problem))
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#pause?.()
    const model = this.#model
    this.#model = undefined
    if (model !== undefined) await leave(model)
  }

  async #raise(isWorthIt: (error: unknown) => boolean): Promise<void> {
    for (
      let pauseMs = FIRST_PAUSE_MS;
      !this.#isStopped;
      pauseMs = Math.min(1.5 * pauseMs, LONGEST_PAUSE_MS)
    ) {
      try {
        await this.#connect()
        return
      } catch (error) {
        this.#trouble = error
        if (!isWorthIt(error)) throw error
      }
      await this.#wait(pauseMs)
    }
  }

  async #connect(): Promise<void> {
    const model = await this.#desk.connect()
    const socket = socketOf(model)
    model.on('error', (error) => {
      this.#trouble = error
    })
    try {
      if (socket === undefined || socket.destroyed) throw new Error('the connection was closed at once')
      const closed = new Promise<never>((_resolve, reject) => {
        socket.once('close', () => reject(this.#trouble ?? new Error('the connection was closed')))
      })
      closed.catch(() => {})
      await Promise.race([this.#desk.setup(model), closed])
      if (this.#isStopped) throw new Error('the transport was closed')
      this.#model = model
      this.#upSince = performance.now()
      closed.catch((cause) => this.#fall(model, cause))
    } catch (error) {
      await leave(model)
      throw error
    }
  }

  #fall(model: ChannelModel, cause: unknown): void {
    if (this.#model !== model) return
    this.#model = undefined
    this.#trouble = cause
    if (performance.now() - this.#upSince > GOOD_MS) this.#drops = 0
    this.#desk.onDown(cause)
    void this.#rise()
  }

  async #rise(): Promise<void> {
    if (this.#drops > 0) await this.#wait(Math.min(FIRST_PAUSE_MS * 2 ** this.#drops, LONGEST_PAUSE_MS))
    await this.#raise(() => true)
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#pause = undefined
        resolve()
      }
      const timer = setTimeout(end, ms)
      this.#pause = end
    })
  }
}

function socketOf(model: ChannelModel): Socket | undefined {
  const stream: unknown = Reflect.get(model.connection, 'stream')
  return stream instanceof Socket ? stream : undefined
}

/** Says goodbye if that is heard, and is gone in any case. */
async function leave(model: ChannelModel): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, GOODBYE_MS)
  })
  const goodbye = model.close().catch(() => {})
  await Promise.race([goodbye, limit])
  clearTimeout(timer)
  // With an error: amqplib then stops its heartbeat, whose timer would keep the process alive.
  const socket = socketOf(model)
  if (socket?.destroyed === false) socket.destroy(new Error('the connection was left'))
}
