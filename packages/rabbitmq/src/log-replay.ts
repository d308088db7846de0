import type { JobRecord } from '@hotline/core'
import type { Channel, ChannelModel } from 'amqplib'
import { awayError } from './call-errors.ts'
import type { EndedJob } from './ended-jobs.ts'
import { parseEntry } from './entry.ts'
import type { AgedEvent, Position } from './event-shelf.ts'
import { isAfter, positionOf } from './event-shelf.ts'
import type { LogMessage } from './fold.ts'
import { Fold } from './fold.ts'
import { followLog } from './log-tail.ts'

/** Which part of the log to read again. */
export interface ReplayPlan {
  readonly queue: string
  readonly after: Position
  /** The last offset to read. */
  readonly to: number
  readonly signal: AbortSignal
}

/** Which messages to read: those after `from`. */
interface PartPlan {
  readonly queue: string
  readonly from: number
  readonly ahead?: number
  readonly signal: AbortSignal
}

/** Messages that were read stay in the inbox up to so many, so that cutting them off costs a share of each. */
const CUT_AT = 2_000

/**
 * Events that the session no longer has at hand. The log is folded from its first entry, since only that tells which
 * offers were accepted.
 */
export async function* replayLog(
  model: ChannelModel,
  { queue, after, to, signal }: ReplayPlan,
): AsyncGenerator<AgedEvent> {
  const fold = new Fold()
  for await (const message of messagesOf(model, { queue, from: -1, signal })) {
    for (const event of fold.apply(message).events)
      if (event.type !== 'stream.gap' && isAfter(positionOf(event.cursor), after))
        yield { event, age: fold.newest }
    if (message.offset >= to) return
  }
}

/** The input that the entry at an offset holds. */
export async function readEntryAt(model: ChannelModel, queue: string, offset: number): Promise<string> {
  const { signal } = new AbortController()
  for await (const message of messagesOf(model, { queue, from: offset - 1, ahead: 1, signal })) {
    if (message.offset !== offset) break
    const { offer } = parseEntry(message.text)
    if ('input' in offer && offer.input !== undefined) return offer.input
    break
  }
  throw awayError('read an input', new Error(`the log has none at offset ${offset}`))
}

/** The record of a job that ended, folded again from its own entries. */
export async function readBack(
  model: ChannelModel,
  queue: string,
  { id, first, last }: EndedJob,
): Promise<JobRecord | undefined> {
  const fold = new Fold(first)
  const { signal } = new AbortController()
  for await (const message of messagesOf(model, {
    queue,
    from: first - 1,
    ahead: last - first + 1,
    signal,
  })) {
    if (message.text.includes(id)) fold.apply(message)
    if (message.offset >= last) break
  }
  return fold.jobs.get(id)?.record
}

/** The messages of a stream after an offset, over a channel of its own. */
async function* messagesOf(
  model: ChannelModel,
  { queue, from, ahead, signal }: PartPlan,
): AsyncGenerator<LogMessage> {
  const channel = await model.createChannel()
  const inbox = new Inbox(channel, signal)
  let after = from
  try {
    await followLog(channel, {
      ...{ queue, ahead },
      after: () => after,
      take: (message) => {
        after = message.offset
        inbox.push(message)
      },
      onGone: () => inbox.fail(new Error('the log was deleted')),
    })
    for (;;) {
      const message = await inbox.next()
      if (message === undefined) return
      yield message
    }
  } finally {
    await channel.close().catch(() => {})
  }
}

/** What came and was not read yet. */
class Inbox {
  #messages: LogMessage[] = []
  #next = 0
  #error: Error | undefined
  #wake: (() => void) | undefined
  readonly #signal: AbortSignal

  constructor(channel: Channel, signal: AbortSignal) {
    this.#signal = signal
    channel.on('error', (error) => this.fail(error))
    channel.on('close', () => this.fail(new Error('the connection was closed')))
    signal.addEventListener('abort', () => this.#wake?.(), { once: true })
  }

  push(message: LogMessage): void {
    this.#messages.push(message)
    this.#wake?.()
  }

  fail(error: Error): void {
    this.#error ??= error
    this.#wake?.()
  }

  async next(): Promise<LogMessage | undefined> {
    while (!this.#signal.aborted) {
      const message = this.#messages[this.#next]
      if (message !== undefined) {
        this.#next += 1
        if (this.#next > CUT_AT) {
          this.#messages = this.#messages.slice(this.#next)
          this.#next = 0
        }
        return message
      }
      if (this.#error !== undefined) throw awayError('read the log', this.#error)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return undefined
  }
}
