/**
 * Every command of the transport goes through here, and ends: with an answer, or with an error that says why.
 *
 *   sent --answer--> done
 *   sent --connection lost, no answer in 4 s, READONLY, LOADING…--> sent again, the same request, until the deadline
 *   sent --NOSCRIPT--> sent again with the text of the script
 *   sent --OOM--> BackpressureError           sent --anything else--> TransportError
 *
 * A command may have been done though its answer was lost, so each that writes carries a request that the script knows
 * again. Nothing outlives `close`.
 */
import { BackpressureError, ClosedError, ServerClock, TransportError } from '@hotline/core'
import { AnswerLimit } from './answer-limit.ts'
import type { Command } from './blocking-pool.ts'
import type { RedisClient } from './redis-client.ts'
import { COMMAND_TIMEOUT_MS } from './redis-client.ts'
import type { ScriptName } from './script.ts'
import { ScriptShelf } from './script.ts'

/** How long a call is repeated while the server is out of reach, in ms. */
const DEADLINE_MS = 10_000
const PAUSE_MS = 50

/** Errors of a server that is there, and will answer better in a moment, or elsewhere. */
const PASSING = /^(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|BUSY |UNBLOCKED)/
/** The server that we talk to is the wrong one by now: look up which is right. */
const ELSEWHERE = /^(READONLY|MASTERDOWN)/
/** What ioredis says of a connection, not the server of a command. */
const DISCONNECTED =
  /Connection is closed|max retries per request|isn't writeable|ECONN|EPIPE|ETIMEDOUT|timed out|failover|Socket|closed/i

/** Of a command, and of one inside a script, which Redis words differently up to 7.0 and from 7.2 on. */
const FORBIDDEN = /NOPERM|^(NOAUTH|WRONGPASS)|The user executing the script can't|ACL failure in script/

type Argument = string | number | Buffer

export class RedisCalls {
  readonly clock: ServerClock = new ServerClock()
  readonly #client: RedisClient
  readonly #prefix: string
  readonly #closed: AbortSignal
  /** A connection that does not answer in time is half open, or its server stands still: a new one will tell. */
  readonly #limit: AnswerLimit
  #shelf = new ScriptShelf(true)
  /** What the connection said last: a command that finds none says less. */
  #lastTrouble: unknown
  /** Ends the pause of each call that waits for a better moment. */
  readonly #pauses = new Set<() => void>()
  /** Mends keys of a wrong type; known later, as it needs this. */
  onWrongType: (() => Promise<void>) | undefined

  constructor(client: RedisClient, prefix: string, closed: AbortSignal) {
    this.#client = client
    this.#prefix = prefix
    this.#closed = closed
    this.#limit = new AnswerLimit(COMMAND_TIMEOUT_MS, () => client.disconnect(true))
    closed.addEventListener('abort', () => this.#close(), { once: true })
    client.on('error', (error) => {
      this.#lastTrouble = error
    })
    client.on('ready', () => {
      this.#lastTrouble = undefined
      this.#endPauses()
    })
  }

  /** Which flags the server's scripts may have. */
  useFlags(hasFlags: boolean): void {
    this.#shelf = new ScriptShelf(hasFlags)
  }

  /** Runs a script, after whose name its arguments follow the prefix. Answers with what follows the time. */
  async run(name: ScriptName, what: string, ...args: Argument[]): Promise<readonly unknown[]> {
    const script = this.#shelf.get(name)
    const key = `${this.#prefix}events`
    let tries = 0
    const call = async () => {
      const all = [1, key, this.#prefix, tries++ === 0 ? 'first' : 'again', ...args]
      try {
        return await this.#client.call('EVALSHA', script.sha, ...all)
      } catch (error) {
        if (!messageOf(error).startsWith('NOSCRIPT')) throw error
        return await this.#client.call('EVAL', script.text, ...all)
      }
    }
    let sentAt = 0
    const answer = await this.#send(what, () => {
      sentAt = performance.now()
      return call()
    })
    if (!Array.isArray(answer)) throw this.#strange(what)
    const [now, ...rest] = answer
    this.clock.read(Number(now), sentAt, performance.now())
    return rest
  }

  /** A script as a command, for a connection of the caller's own. A server that lacks it refuses. */
  commandOf(name: ScriptName, ...args: (string | number)[]): Command {
    return ['EVALSHA', this.#shelf.get(name).sha, 1, `${this.#prefix}events`, this.#prefix, 'first', ...args]
  }

  /** Sends a command that is no script. It is sent again like one, so it must bear that. */
  command(what: string, name: string, ...args: Argument[]): Promise<unknown> {
    return this.#send(what, () => this.#client.call(name, ...args))
  }

  /** Repeats what goes over another connection of this transport. */
  await(what: string, call: () => Promise<unknown>): Promise<unknown> {
    return this.#send(what, call)
  }

  async #send(what: string, call: () => Promise<unknown>): Promise<unknown> {
    const until = performance.now() + DEADLINE_MS
    for (let mended = false; ; ) {
      if (this.#closed.aborted) throw new ClosedError({ what: 'redis transport', call: what })
      try {
        return await this.#limit.of(call())
      } catch (error) {
        if (this.#closed.aborted) throw new ClosedError({ what: 'redis transport', call: what })
        const text = messageOf(error)
        if (text.includes('WRONGTYPE') && this.onWrongType !== undefined && !mended) {
          mended = true
          await this.onWrongType()
          continue
        }
        this.#refuse(what, error, performance.now() >= until)
        if (ELSEWHERE.test(text)) this.#moveOn(error)
        await this.#pause()
      }
    }
  }

  /** Throws unless the command is worth another try. */
  #refuse(what: string, error: unknown, isLate: boolean): void {
    const cause = this.#reasonOf(error)
    const text = messageOf(cause)
    if (text.startsWith('OOM') || text.includes('OOM command not allowed')) throw fullError(what, cause)
    if (FORBIDDEN.test(text)) throw forbiddenError(what, cause)
    const isPassing = PASSING.test(text) || DISCONNECTED.test(messageOf(error))
    if (isPassing && !isLate) return
    throw isPassing ? awayError(what, cause) : failedError(what, cause)
  }

  /** The server cannot do it; another connection may lead to one that can. */
  #moveOn(trouble: unknown): void {
    this.#client.disconnect(true)
    this.#lastTrouble = trouble
  }

  #reasonOf(cause: unknown): unknown {
    return DISCONNECTED.test(messageOf(cause)) ? (this.#lastTrouble ?? cause) : cause
  }

  #strange(what: string): TransportError {
    const problem = `Redis gave no answer of the expected shape when asked to ${what}`
    return new TransportError({
      transport: 'redis',
      problem,
      cure: 'Check that nothing but Redis or Valkey listens at this address.',
    })
  }

  /** Until the connection is there again, the transport closes, or a moment has passed. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#pauses.delete(end)
        resolve()
      }
      const timer = setTimeout(end, PAUSE_MS)
      this.#pauses.add(end)
    })
  }

  #close(): void {
    this.#limit.close()
    this.#endPauses()
  }

  #endPauses(): void {
    for (const end of [...this.#pauses]) end()
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Whether the server knows this user and does not let it do that: another process may have to. */
export function isForbidden(error: unknown): boolean {
  return error instanceof TransportError && FORBIDDEN.test(messageOf(error.cause))
}

function fullError(what: string, cause: unknown): BackpressureError {
  const problem = `Redis is out of memory and refused to ${what}`
  const cure =
    'Nothing was stored. Raise `maxmemory`, shorten retention, or wait: running jobs finish and free memory.'
  return new BackpressureError({ transport: 'redis', problem, cure, cause })
}

function forbiddenError(what: string, cause: unknown): TransportError {
  const problem = `Redis does not let this user ${what}: ${messageOf(cause).slice(0, 200)}`
  const cure = 'Give the user the rights of its role, as docs/operations-redis.md lists them.'
  return new TransportError({ transport: 'redis', problem, cure, cause })
}

function awayError(what: string, cause: unknown): TransportError {
  const problem = `Redis is out of reach, so this process could not ${what}: ${messageOf(cause).slice(0, 200)}`
  const cure = 'It is safe to try again. Check that the server runs and that its address is right.'
  return new TransportError({ transport: 'redis', problem, cure, cause })
}

function failedError(what: string, cause: unknown): TransportError {
  const problem = `Redis could not ${what}: ${messageOf(cause).slice(0, 300)}`
  const cure = 'See `cause`. If it comes again, `hotline jobs --dead` shows what was set aside.'
  return new TransportError({ transport: 'redis', problem, cure, cause })
}
