import type { Channel } from 'amqplib'
import { awayError, blockedError, closedError } from './call-errors.ts'
import type { Offer } from './entry.ts'
import type { Applied } from './fold.ts'

/** What the writer works with. */
export interface WriterDesk {
  /** Of the session that writes. */
  readonly by: string
  readonly exchange: string
  readonly routingKey: string
  readonly now: () => number
  /** How long a call waits for its answer, in ms. */
  readonly answerMs: number
  /** A call got no answer in time: its connection is of no use. */
  readonly onSilence: () => void
  readonly trouble: () => unknown
}

/** How a write behaves when the broker cannot take it. */
export interface WriteOptions {
  /** For the error: "could not <what>". */
  readonly what: string
  /**
   * `answer`: rejects when no answer comes in time, though not while an alarm is on. `now`: rejects with
   * BackpressureError while an alarm is on. `ever`: waits for as long as it takes.
   */
  readonly patience: 'answer' | 'now' | 'ever'
}

interface Pending {
  readonly n: number
  /** The offer as JSON. */
  readonly offered: string
  readonly options: WriteOptions
  /** By `performance.now()`; moved on while an alarm is on. */
  until: number
  readonly resolve: (applied: Applied) => void
  readonly reject: (error: Error) => void
}

/** How often late answers are looked for, in ms. */
const LOOK_MS = 100
/** After how long without any answer all that waits is sent again, in ms: at first, and at most. */
const RESEND_MS = { first: 1_000, most: 4_000 } as const

/**
 * Writes entries, and resolves each when it was read back. What was not read back when a connection breaks is sent again
 * over the next one, in its old order and with its old number, so that the fold takes it once.
 */
export class LogWriter {
  readonly #desk: WriterDesk
  /** By number, which is the order in which they were sent. */
  readonly #pending = new Map<number, Pending>()
  #channel: Channel | undefined
  #count = 0
  #isBlocked = false
  #isClosed = false
  /** When something was read back or sent again last, and how long that is good for, in ms. */
  #heardAt = 0
  #resendMs: number = RESEND_MS.first
  #lookedAt = 0
  #timer: NodeJS.Timeout | undefined

  constructor(desk: WriterDesk) {
    this.#desk = desk
  }

  /** True while the broker has an alarm on, and takes nothing from anybody. */
  get isBlocked(): boolean {
    return this.#isBlocked
  }

  write(offer: Offer, options: WriteOptions): Promise<Applied> {
    if (this.#isClosed) return Promise.reject(closedError(options.what))
    const n = this.#count++
    const offered = JSON.stringify(offer)
    return new Promise((resolve, reject) => {
      const until = performance.now() + this.#desk.answerMs
      const pending: Pending = { n, offered, options, until, resolve, reject }
      this.#pending.set(n, pending)
      if (this.#timer === undefined) this.#watch()
      this.#publish(pending)
    })
  }

  /** An entry of this session was read back. */
  settle(n: number, applied: Applied): void {
    const pending = this.#pending.get(n)
    this.#pending.delete(n)
    this.#heardAt = performance.now()
    this.#resendMs = RESEND_MS.first
    this.#renumber(n)
    pending?.resolve(applied)
  }

  /**
   * What has a lower number than one that was read back was lost, or would be ignored if it came now: it is offered anew,
   * with a new number.
   */
  #renumber(below: number): void {
    for (const [n, pending] of this.#pending) {
      if (n > below) return
      this.#pending.delete(n)
      const again = { ...pending, n: this.#count++ }
      this.#pending.set(again.n, again)
      this.#publish(again)
    }
  }

  /** A connection is there: what is under way goes out over it. */
  attach(channel: Channel): void {
    this.#channel = channel
    this.#isBlocked = false
    this.resend()
  }

  /**
   * Sends all that waits again, in its old order. A stream without a leader, as after a restart of its broker, loses what
   * is published to it and says nothing.
   */
  resend(): void {
    this.#heardAt = performance.now()
    for (const pending of this.#pending.values()) this.#publish(pending)
  }

  detach(): void {
    this.#channel = undefined
    this.#isBlocked = false
  }

  block(isBlocked: boolean): void {
    this.#isBlocked = isBlocked
  }

  close(): void {
    this.#isClosed = true
    clearInterval(this.#timer)
    for (const { options, reject } of this.#pending.values()) reject(closedError(options.what))
    this.#pending.clear()
  }

  /** With the time of now, also when it is sent again: an outage may be long. */
  #publish({ n, offered }: Pending): void {
    const { exchange, routingKey, by, now } = this.#desk
    const text = Buffer.from(`{"v":1,"by":"${by}","n":${n},"at":${now()},"offer":${offered}}`)
    try {
      this.#channel?.publish(exchange, routingKey, text, { mandatory: true, persistent: true })
    } catch {
      // The channel closed under our hands: it is sent again over the next one.
    }
  }

  #look(): void {
    const now = performance.now()
    this.#forgive(now)
    let isSilent = false
    for (const [n, pending] of this.#pending) {
      const { options, reject } = pending
      if (this.#isBlocked && options.patience === 'answer') pending.until = now + this.#desk.answerMs
      if (options.patience === 'ever' || pending.until > now) continue
      this.#pending.delete(n)
      isSilent ||= !this.#isBlocked
      reject(this.#isBlocked ? blockedError(options.what) : awayError(options.what, this.#desk.trouble()))
    }
    if (isSilent) this.#desk.onSilence()
    else if (!this.#isBlocked && now - this.#heardAt > this.#resendMs) {
      this.#resendMs = Math.min(2 * this.#resendMs, RESEND_MS.most)
      this.resend()
    }
    if (this.#pending.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #watch(): void {
    this.#heardAt = performance.now()
    this.#lookedAt = performance.now()
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
  }

  /** While this process stood still it could hear no answer, so that time counts for nothing. */
  #forgive(now: number): void {
    const lateMs = now - this.#lookedAt - LOOK_MS
    this.#lookedAt = now
    if (lateMs < LOOK_MS) return
    for (const pending of this.#pending.values()) pending.until += lateMs
  }
}
