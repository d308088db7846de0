import type { ModelEntry, Offer } from './model-fold.ts'
import type { ModelLog } from './model-log.ts'

/** How often each thing may happen that would else happen for ever. */
export interface Budgets {
  /** A process dies, and another takes its place. */
  readonly crashes: number
  /** A connection breaks; what is under way may arrive later, or never. */
  readonly cuts: number
  readonly ticks: number
  readonly claims: number
  readonly ends: number
  readonly extensions: number
  readonly lapses: number
  readonly retries: number
  readonly cancels: number
  readonly notes: number
  readonly keeps: number
  /** The broker drops the beginning of the log. */
  readonly drops: number
}

/** A process that reads and writes the log: the producer, or a worker. */
export interface ModelSession {
  readonly by: number
  /** The number of its next entry. */
  readonly next: number
  /** The first offset it has read, and how many it has. */
  readonly first: number
  readonly read: number
  /** On the connection, and not in the log yet. */
  readonly out: readonly ModelEntry[]
  /** On a connection that is gone: may still arrive. */
  readonly late: readonly ModelEntry[]
  /** Not read back yet: sent again over the next connection. */
  readonly pending: readonly ModelEntry[]
  readonly does: Doing
  /** When it read of the last extension. */
  readonly heardAt: number
}

/** What a process is about. `until` is when the lease ends, as the holder has to take it. */
export type Doing =
  | { readonly what: 'nothing' }
  /** Enqueues: `n` is the number of the entry. */
  | { readonly what: 'enqueue'; readonly n: number }
  | { readonly what: 'claim'; readonly n: number; readonly attempt: number; readonly until: number }
  | {
      readonly what: 'run'
      readonly attempt: number
      readonly until: number
      /** A pulse that was not read back yet. */
      readonly pulse: { readonly n: number; readonly until: number } | undefined
      /** The process is over: the outcome that was not read back yet, or was refused since the job is to be cancelled. */
      readonly ending: number | 'refused' | undefined
    }

/** The whole system at one moment. */
export interface ModelState {
  readonly log: ModelLog
  /** The first offset that the broker still has. */
  readonly base: number
  readonly now: number
  /** The enqueue resolved: the caller relies on the job. */
  readonly isPromised: boolean
  readonly sessions: readonly ModelSession[]
  readonly left: Budgets
}

export const NOTHING: Doing = { what: 'nothing' }

export function newSession(by: number, first: number): ModelSession {
  return { by, next: 0, first, read: first, out: [], late: [], pending: [], does: NOTHING, heardAt: 0 }
}

/** The same session with an offer under way. */
export function send(session: ModelSession, offer: Offer): ModelSession {
  const entry = { by: session.by, n: session.next, offer }
  return {
    ...session,
    next: session.next + 1,
    out: [...session.out, entry],
    pending: [...session.pending, entry],
  }
}

/** The same for equal states. */
export function keyOf({ log, base, now, isPromised, sessions, left }: ModelState): string {
  return JSON.stringify([log.id, base, now, isPromised, sessions, Object.values(left)])
}
