import { ModelFold } from './model-fold.ts'
import type { ModelLog } from './model-log.ts'
import { LogPress } from './model-log.ts'
import type { Budgets, ModelState } from './model-state.ts'
import { keyOf, newSession } from './model-state.ts'
import type { Rule, Violation } from './rules.ts'
import type { StepName } from './steps.ts'
import { LEASE_TICKS, Steps } from './steps.ts'

/** What an exploration found. */
export interface Findings {
  /** How many states there are, each once. */
  readonly states: number
  /** Each kind of step that was taken, and how often. */
  readonly taken: ReadonlyMap<StepName, number>
  /** The steps that lead to the first violation met, or `undefined`. */
  readonly violation: { readonly what: Violation; readonly steps: readonly StepName[] } | undefined
}

interface Found {
  readonly state: ModelState
  readonly from: Found | undefined
  readonly by: StepName | undefined
}

/** What to explore. */
export interface Scene {
  readonly begins: 'with nothing' | 'with a job that runs'
  readonly left: Budgets
  readonly without?: Rule | undefined
  /** Sees the log of each state. */
  readonly look?: ((log: ModelLog) => void) | undefined
}

/** Goes through every state that a producer and two workers can get into, breadth first, until one breaks a promise. */
export function explore({ begins, left, without, look }: Scene): Findings {
  const fold = new ModelFold(without)
  const press = new LogPress(fold, LEASE_TICKS)
  const steps = new Steps(press, fold, without)
  const sessions = [newSession(0, 0), newSession(1, 0), newSession(2, 0)]
  const nothing: ModelState = { log: press.empty, base: 0, now: 0, isPromised: false, sessions, left }
  const start = begins === 'with nothing' ? nothing : { ...withRunningJob(nothing, steps), left }
  const known = new Set([keyOf(start)])
  const found: Found[] = [{ state: start, from: undefined, by: undefined }]
  const taken = new Map<StepName, number>()
  for (const here of found) {
    look?.(here.state.log)
    const what = violationOf(here.state, press)
    if (what !== undefined) return { states: known.size, taken, violation: { what, steps: pathTo(here) } }
    for (const { name, state } of steps.after(here.state)) {
      taken.set(name, (taken.get(name) ?? 0) + 1)
      const key = keyOf(state)
      if (known.has(key)) continue
      known.add(key)
      found.push({ state, from: here, by: name })
    }
  }
  return { states: known.size, taken, violation: undefined }
}

function violationOf(state: ModelState, press: LogPress): Violation | undefined {
  const { log, base, sessions, isPromised } = state
  if (log.violation !== undefined) return log.violation
  if (sessions.filter(({ does }) => does.what === 'run' && does.ending === undefined).length > 1)
    return 'two run at once'
  const whole = log.whole.job
  const fresh = press.reading(log, base).job
  // Whoever may still bring it there has not crashed.
  const isUnderWay = sessions.some(({ pending }) => pending.some(({ offer }) => offer.kind === 'queue'))
  if (isPromised && whole.state === 'none' && !isUnderWay) return 'job lost'
  if (whole.state === 'ended')
    return fresh.state === 'none' || fresh.state === 'ended' ? undefined : 'readers disagree'
  if (whole.state !== 'none' && fresh.state === 'none') return 'job lost'
  const { state: is, attempt, isCancelling } = whole
  const isSame = fresh.state === is && fresh.attempt === attempt && fresh.isCancelling === isCancelling
  return isSame ? undefined : 'readers disagree'
}

function pathTo(found: Found): readonly StepName[] {
  const path: StepName[] = []
  for (let at: Found | undefined = found; at?.by !== undefined; at = at.from) path.unshift(at.by)
  return path
}

/** A job that was enqueued and claimed, with all of that read by everybody. */
function withRunningJob(nothing: ModelState, steps: Steps): ModelState {
  const path: readonly StepName[] = [
    'enqueue',
    'arrive',
    'read',
    'read',
    'read',
    'claim',
    'arrive',
    'read',
    'read',
    'read',
  ]
  return path.reduce(
    (state, name) => {
      for (const step of steps.after(state)) if (step.name === name) return step.state
      throw new Error(`The model cannot ${name} where every job begins.`)
    },
    { ...nothing, left: { ...nothing.left, claims: 1 } },
  )
}
