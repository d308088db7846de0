/**
 * Waiting with a limit. A clause never sleeps in the hope that something has happened by then: it waits for a condition
 * or for a promise, and when the limit is over, the error tells what was awaited.
 */
import { setTimeout as sleep } from 'node:timers/promises'

/** What was awaited did not come within the limit. */
export class PatienceError extends Error {
  readonly awaited: string
  readonly limitMs: number

  constructor(facts: { awaited: string; limitMs: number; cause?: Error }) {
    const options = facts.cause === undefined ? undefined : { cause: facts.cause }
    super(`Waited ${facts.limitMs} ms in vain for ${facts.awaited}.`, options)
    this.name = 'PatienceError'
    this.awaited = facts.awaited
    this.limitMs = facts.limitMs
  }
}

/** How often a condition is looked at. Long enough to leave a loaded machine to what is awaited. */
const LOOK_EVERY_MS = 10

/**
 * Looks until `condition` yields something other than undefined or false, and resolves with it.
 *
 * @throws PatienceError after `limitMs`, and at once what the condition throws
 */
export async function waitFor<T>(
  awaited: string,
  limitMs: number,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const until = performance.now() + limitMs
  for (;;) {
    const found = await within(awaited, Math.max(1, until - performance.now()), condition())
    if (found !== undefined && found !== false) return found
    if (performance.now() >= until) throw new PatienceError({ awaited, limitMs })
    await sleep(LOOK_EVERY_MS)
  }
}

/**
 * Resolves or rejects with the promise.
 *
 * @throws PatienceError when it has done neither after `limitMs`
 */
export async function within<T>(awaited: string, limitMs: number, promise: T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new PatienceError({ awaited, limitMs: Math.round(limitMs) })), limitMs)
  })
  try {
    return await Promise.race([promise, limit])
  } finally {
    clearTimeout(timer)
  }
}

/** Lets time pass where the passing of time is the subject: a lease that nobody extends, a delay that is not over. */
export async function pass(ms: number): Promise<void> {
  await sleep(ms)
}
