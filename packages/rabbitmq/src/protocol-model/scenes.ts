import type { Scene } from './explore.ts'
import type { Budgets } from './model-state.ts'
import type { Rule } from './rules.ts'
import type { StepName } from './steps.ts'

/** A part of what can happen, small enough to go through whole, and the rules that it shows the need of. */
export interface NamedScene extends Scene {
  readonly name: string
  readonly rules: readonly Rule[]
  /** Kinds of steps that it must have taken, so that nobody empties it by mistake. */
  readonly steps: readonly StepName[]
}

export const SCENES: readonly NamedScene[] = [
  {
    ...{ name: 'a job is founded while connections break', begins: 'with nothing' },
    left: only({ claims: 1, ends: 1, cuts: 1 }),
    rules: [],
    steps: ['enqueue', 'arrive', 'arrive late', 'cut', 'read', 'claim', 'end'],
  },
  {
    ...{ name: 'a job is founded while processes die', begins: 'with nothing' },
    left: only({ claims: 1, crashes: 1 }),
    rules: ['enqueue is read back'],
    steps: ['enqueue', 'arrive', 'arrive late', 'crash', 'read', 'claim'],
  },
  {
    ...{ name: 'two workers claim one job', begins: 'with nothing' },
    left: only({ claims: 3, ends: 1 }),
    rules: ['claim is read back'],
    steps: ['claim', 'arrive', 'read', 'end'],
  },
  {
    ...{ name: 'a lease is extended, or lapses', begins: 'with a job that runs' },
    left: only({ ticks: 2, extensions: 1, lapses: 1, claims: 1, ends: 2 }),
    rules: [
      ...(['extension is read back', 'lease counts from the request', 'holder fences itself'] as const),
      ...(['sweep waits for a lease', 'sweep names the extension'] as const),
      ...(['attempt fences', 'final is final'] as const),
    ],
    steps: ['extend', 'tick', 'sweep', 'claim', 'end', 'arrive', 'read'],
  },
  {
    ...{ name: 'a lease is extended over a connection that breaks', begins: 'with a job that runs' },
    left: only({ ticks: 2, extensions: 1, cuts: 1, lapses: 1, claims: 1 }),
    rules: [],
    steps: ['extend', 'cut', 'arrive late', 'tick', 'sweep', 'claim'],
  },
  {
    ...{ name: 'a holder dies', begins: 'with a job that runs' },
    left: only({ ticks: 2, crashes: 1, lapses: 1, claims: 1, ends: 1 }),
    rules: [],
    steps: ['crash', 'arrive late', 'tick', 'sweep', 'claim', 'end'],
  },
  {
    ...{ name: 'a holder is cut off', begins: 'with a job that runs' },
    left: only({ ticks: 2, cuts: 1, lapses: 1, claims: 1, ends: 1 }),
    rules: [],
    steps: ['cut', 'arrive late', 'tick', 'sweep', 'claim', 'end'],
  },
  {
    ...{ name: 'a job is cancelled while it ends or is retried', begins: 'with a job that runs' },
    left: only({ retries: 1, cancels: 1, claims: 1, ends: 1 }),
    rules: ['cancelling ends it'],
    steps: ['cancel', 'retry', 'claim', 'end'],
  },
  {
    ...{ name: 'what was under way is sent again', begins: 'with a job that runs' },
    left: only({ notes: 1, cuts: 1, ends: 1, cancels: 1 }),
    rules: ['entries are numbered'],
    steps: ['note', 'cut', 'arrive late', 'end', 'cancel'],
  },
  {
    ...{ name: 'a job that waits is kept', begins: 'with nothing' },
    left: only({ claims: 1, keeps: 1, drops: 1, ends: 1 }),
    rules: ['kept before dropped', 'kept as of an offset', 'kept for who saw all since'],
    steps: ['keep', 'drop', 'claim', 'end'],
  },
  {
    ...{ name: 'a job that is retried is kept', begins: 'with a job that runs' },
    left: only({ keeps: 1, drops: 1, retries: 1, claims: 1, ends: 1 }),
    rules: [],
    steps: ['keep', 'drop', 'retry', 'claim', 'end'],
  },
  {
    ...{ name: 'a job whose lease lapses is kept', begins: 'with a job that runs' },
    left: only({ keeps: 1, drops: 1, ticks: 2, lapses: 1 }),
    rules: ['kept renews the mark'],
    steps: ['keep', 'drop', 'tick', 'sweep'],
  },
]

function only(some: Partial<Budgets>): Budgets {
  return {
    ...{ crashes: 0, cuts: 0, ticks: 0, claims: 0, ends: 0, extensions: 0, lapses: 0 },
    ...{ retries: 0, cancels: 0, notes: 0, keeps: 0, drops: 0, ...some },
  }
}
