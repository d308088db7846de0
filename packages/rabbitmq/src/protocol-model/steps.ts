/**
 * What can happen next. A step is one act of one process, of the network, of the broker or of time; any of them may come
 * at any moment, so a process acts on what it read a while ago, and an entry arrives long after it was sent.
 *
 *   producer   enqueue, cancel
 *   worker     claim, extend, note, end, retry, sweep, keep
 *   network    arrive (the next entry under way reaches the log), arrive late (over a connection that is gone), cut
 *   broker     drop (the beginning of the log)
 *   any        read (all there is), crash
 *   time       tick
 *
 * A worker that learns that it does not hold its attempt any more ends its process at once. So does one whose lease ends
 * before an answer, at that tick.
 */

import type { ModelEntry, ModelFold, Offer, Reading } from './model-fold.ts'
import type { LogPress, ModelLog } from './model-log.ts'
import type { Budgets, Doing, ModelSession, ModelState } from './model-state.ts'
import { NOTHING, newSession, send } from './model-state.ts'
import type { Rule } from './rules.ts'

export const LEASE_TICKS = 2
/** Sessions of lives after a crash have other numbers. */
const LIVES = 10

export interface Step {
  readonly name: StepName
  readonly state: ModelState
}

export const STEP_NAMES = [
  ...(['enqueue', 'cancel', 'claim', 'extend', 'note', 'end', 'retry', 'sweep', 'keep'] as const),
  ...(['arrive', 'arrive late', 'cut', 'drop', 'read', 'crash', 'tick'] as const),
]
export type StepName = (typeof STEP_NAMES)[number]

type Running = Doing & { readonly what: 'run' }

export class Steps {
  readonly #press: LogPress
  readonly #fold: ModelFold
  readonly #without: Rule | undefined

  constructor(press: LogPress, fold: ModelFold, without: Rule | undefined) {
    this.#press = press
    this.#fold = fold
    this.#without = without
  }

  *after(state: ModelState): Generator<Step> {
    for (const [index, session] of state.sessions.entries()) {
      if (index === 0) yield* this.#producer(state, session)
      else yield* this.#worker(state, session, index)
      yield* this.#network(state, session, index)
      yield* this.#faults(state, session, index)
      const read = this.#read(state, session)
      if (read !== undefined) yield { name: 'read', state: withSession(read.state, index, read.session) }
    }
    yield* this.#time(state)
    yield* this.#drops(state)
  }

  *#producer(state: ModelState, session: ModelSession): Generator<Step> {
    const { isPromised, left } = state
    if (!isPromised && session.does.what === 'nothing') {
      const does: Doing = { what: 'enqueue', n: session.next }
      const sent = { ...send(session, { kind: 'queue' }), does }
      const isBelieved = this.#without === 'enqueue is read back'
      yield { name: 'enqueue', state: withSession({ ...state, isPromised: isBelieved }, 0, sent) }
    }
    if (isPromised && left.cancels > 0)
      yield spend(state, 'cancels', 'cancel', 0, send(session, { kind: 'cancel' }))
  }

  *#worker(state: ModelState, session: ModelSession, index: number): Generator<Step> {
    const { does } = session
    const seen = this.#seen(state.log, session)
    const { job } = seen
    if (does.what === 'nothing' && job.state === 'waiting' && state.left.claims > 0) {
      const attempt = job.attempt + 1
      const until = state.now + LEASE_TICKS
      const claim: Doing =
        this.#without === 'claim is read back'
          ? { what: 'run', attempt, until, pulse: undefined, ending: undefined }
          : { what: 'claim', n: session.next, attempt, until }
      const sent = { ...send(session, { kind: 'start', attempt }), does: claim }
      yield spend(state, 'claims', 'claim', index, sent)
    }
    if (does.what === 'run' && typeof does.ending !== 'number') yield* this.#runs(state, session, does, index)
    const isSilent = state.now - session.heardAt >= LEASE_TICKS || this.#without === 'sweep waits for a lease'
    if (job.state === 'running' && isSilent && state.left.lapses > 0) {
      const { attempt, mark } = job
      yield spend(state, 'lapses', 'sweep', index, send(session, { kind: 'lapse', attempt, mark }))
    }
    if ((job.state === 'waiting' || job.state === 'running') && state.left.keeps > 0) {
      const keep: Offer = { kind: 'keep', asOf: session.read - 1, view: job }
      yield spend(state, 'keeps', 'keep', index, send(session, keep))
    }
  }

  *#runs(state: ModelState, session: ModelSession, does: Running, index: number): Generator<Step> {
    const { attempt } = does
    const ending = { ...does, ending: session.next }
    const { left, now } = state
    if (left.ends > 0)
      yield spend(state, 'ends', 'end', index, { ...send(session, { kind: 'end', attempt }), does: ending })
    if (does.ending !== undefined) return
    if (left.retries > 0)
      yield spend(state, 'retries', 'retry', index, {
        ...send(session, { kind: 'retry', attempt }),
        does: ending,
      })
    if (left.notes > 0)
      yield spend(state, 'notes', 'note', index, send(session, { kind: 'progress', attempt }))
    if (left.extensions > 0 && does.pulse === undefined) {
      const until = now + LEASE_TICKS
      const isBelieved = this.#without === 'extension is read back'
      const asked: Doing = isBelieved ? { ...does, until } : { ...does, pulse: { n: session.next, until } }
      yield spend(state, 'extensions', 'extend', index, {
        ...send(session, { kind: 'extend', attempt }),
        does: asked,
      })
    }
  }

  *#network(state: ModelState, session: ModelSession, index: number): Generator<Step> {
    const [first, ...out] = session.out
    if (first !== undefined)
      yield { name: 'arrive', state: this.#arrive(state, index, first, { ...session, out }) }
    const [oldest, ...late] = session.late
    if (oldest !== undefined)
      yield { name: 'arrive late', state: this.#arrive(state, index, oldest, { ...session, late }) }
  }

  #arrive(state: ModelState, index: number, entry: ModelEntry, session: ModelSession): ModelState {
    const log = this.#press.append(state.log, entry, state.now)
    return withSession({ ...state, log }, index, session)
  }

  *#faults(state: ModelState, session: ModelSession, index: number): Generator<Step> {
    const late = [...session.late, ...session.out]
    if (state.left.cuts > 0 && session.pending.length > 0)
      yield spend(state, 'cuts', 'cut', index, { ...session, late, out: session.pending })
    if (state.left.crashes > 0 && (session.pending.length > 0 || session.does.what !== 'nothing'))
      yield spend(state, 'crashes', 'crash', index, { ...newSession(session.by + LIVES, state.base), late })
  }

  /** Everything in the log at once: who reads it in parts has done so before the rest was there. */
  #read(state: ModelState, session: ModelSession): { state: ModelState; session: ModelSession } | undefined {
    const { log, now } = state
    if (session.read >= log.length) return undefined
    let { does, pending, heardAt } = session
    let isPromised = state.isPromised
    for (const link of linksAfter(log, session.read)) {
      const { entry, before } = link
      if (entry === undefined || before === undefined) continue
      const { reading, accepted, isRepeat } = this.#fold.apply(
        this.#press.reading(before, session.first),
        entry,
        before.length,
      )
      const { kind } = entry.offer
      if (accepted && (kind === 'start' || kind === 'extend')) heardAt = now
      const isOwn = entry.by === session.by && !isRepeat
      if (isOwn) pending = pending.filter(({ n }) => n !== entry.n)
      if (isOwn && kind === 'queue') isPromised ||= accepted
      does = this.#told(does, { n: isOwn ? entry.n : undefined, accepted, reading, now })
    }
    return {
      state: { ...state, isPromised },
      session: { ...session, read: log.length, does, pending, heardAt },
    }
  }

  #told(
    does: Doing,
    {
      n,
      accepted,
      reading,
      now,
    }: { n: number | undefined; accepted: boolean; reading: Reading; now: number },
  ): Doing {
    if (does.what === 'claim' && does.n === n) {
      if (!accepted) return NOTHING
      const { attempt } = does
      const until = this.#until(does.until, now)
      return until > now || this.#without === 'holder fences itself'
        ? { what: 'run', attempt, until, pulse: undefined, ending: undefined }
        : NOTHING
    }
    if (does.what !== 'run') return does
    const isHeld = reading.job.state === 'running' && reading.job.attempt === does.attempt
    const isStarting = this.#without === 'claim is read back' && reading.job.attempt < does.attempt
    if (!isHeld && !isStarting) return NOTHING
    if (does.ending === n && n !== undefined && !accepted) return { ...does, ending: 'refused' }
    if (does.pulse !== undefined && does.pulse.n === n)
      return { ...does, until: this.#until(does.pulse.until, now), pulse: undefined }
    return does
  }

  /** When a lease ends that was asked for then, and is answered now. */
  #until(asked: number, now: number): number {
    return this.#without === 'lease counts from the request' ? now + LEASE_TICKS : asked
  }

  *#time(state: ModelState): Generator<Step> {
    if (state.left.ticks === 0) return
    const now = state.now + 1
    const sessions = state.sessions.map((session) => {
      const { does } = session
      const isOver = does.what === 'run' && does.until <= now && this.#without !== 'holder fences itself'
      return isOver ? { ...session, does: NOTHING } : session
    })
    const left = { ...state.left, ticks: state.left.ticks - 1 }
    yield { name: 'tick', state: { ...state, now, sessions, left } }
  }

  /**
   * The broker drops what is old by far, so an unfinished job has been kept since, and so that a new reader can see it.
   */
  *#drops(state: ModelState): Generator<Step> {
    const { log, base, left } = state
    if (left.drops === 0 || log.whole.job.state === 'none') return
    const last =
      log.whole.job.state === 'ended' || this.#without === 'kept before dropped'
        ? log.length
        : this.#keptAt(log)
    for (let next = base + 1; next <= last; next++)
      yield { name: 'drop', state: { ...state, base: next, left: { ...left, drops: left.drops - 1 } } }
  }

  /** Up to where the log may go without the job going with it. */
  #keptAt(log: ModelLog): number {
    for (const link of [...linksAfter(log, 0)].toReversed()) {
      const { entry, before } = link
      if (entry?.offer.kind !== 'keep' || before === undefined) continue
      const { accepted } = this.#fold.apply(before.whole, entry, before.length)
      const isBlind = this.#without === 'kept for who saw all since'
      if (accepted) return isBlind ? before.length : Math.min(before.length, entry.offer.asOf + 1)
    }
    return 0
  }

  #seen(log: ModelLog, { first, read }: ModelSession): Reading {
    let link = log
    while (link.length > read && link.before !== undefined) link = link.before
    return this.#press.reading(link, first)
  }
}

function linksAfter(log: ModelLog, read: number): readonly ModelLog[] {
  const links: ModelLog[] = []
  for (let link = log; link.length > read && link.before !== undefined; link = link.before)
    links.unshift(link)
  return links
}

function withSession(state: ModelState, index: number, session: ModelSession): ModelState {
  return { ...state, sessions: state.sessions.with(index, session) }
}

function spend(
  state: ModelState,
  from: keyof Budgets,
  name: StepName,
  index: number,
  session: ModelSession,
): Step {
  const left = { ...state.left, [from]: state.left[from] - 1 }
  return { name, state: withSession({ ...state, left }, index, session) }
}
