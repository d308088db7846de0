import type { Client, HotlineEvent } from '@hotline/core'

/** How long nothing comes from a log that has been read to its end. */
const QUIET_MS = 500

/** A part of the log, and where it ends. */
export interface LogPart {
  /** The first event later than this is left out, in ms since 1970. */
  readonly until: number
  readonly signal: AbortSignal
}

/**
 * The log from the oldest event kept up to `until`, or to its end where that comes first. Whether it has come to its
 * end the port does not tell: it has, when nothing came, the backend answered another call, and still nothing came.
 */
export async function* logUntil(client: Client, { until, signal }: LogPart): AsyncGenerator<HotlineEvent> {
  const stop = new AbortController()
  const events = client.events.stream({ from: 'start', signal: AbortSignal.any([signal, stop.signal]) })
  const reader = events[Symbol.asyncIterator]()
  try {
    for (;;) {
      const found = await beforeSilence(reader.next(), client)
      if (found === undefined || found.done === true || found.value.at > until) return
      yield found.value
    }
  } finally {
    stop.abort()
  }
}

/** What comes, or `undefined` at the end of the log. */
async function beforeSilence<T>(next: Promise<T>, client: Client): Promise<T | undefined> {
  next.catch(() => {}) // it may fail when nobody waits for it any more
  const first = await within(QUIET_MS, next)
  if (first !== undefined) return first
  await client.paused() // who does not answer is not silent but away, and this rejects
  return within(QUIET_MS, next)
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), ms)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
