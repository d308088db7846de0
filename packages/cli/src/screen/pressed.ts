import type { JobRecord, LiveScene } from '@hotline/core'
import { isFinal } from '@hotline/core'
import { jobRows } from './job-rows.ts'
import { attemptShown } from './panel-lines.ts'
import { type Mode, type Order, type PanelKind, type ScreenState, SORTS } from './screen-state.ts'

/** What a key has changed, and what it asks for. */
export interface Pressed {
  readonly state: ScreenState
  readonly order?: Order
}

/**
 * One key, by its name: a character, or `up down left right pageup pagedown enter escape backspace`. Follows the table in
 * screen-state.ts. Pure.
 */
export function pressed(state: ScreenState, key: string, scene: LiveScene): Pressed {
  const quiet = state.notice === undefined ? state : { ...state, notice: undefined }
  const shown = quiet.frozen ?? scene
  switch (quiet.mode.kind) {
    case 'typing':
      return { state: typed(quiet, quiet.mode, key) }
    case 'confirming':
      return answered(quiet, quiet.mode.job, key)
    case 'help':
      return key === 'q' ? { state, order: { type: 'quit' } } : { state: inList(quiet) }
    case 'panel':
      return inPanel(quiet, quiet.mode, { key, scene: shown, live: scene })
    case 'list':
      return listed(quiet, key, { shown, live: scene })
  }
}

/** Where the selected job is in the list; the first row while none is selected, or it is not there any more. */
export function selectedIndex({ selected }: ScreenState, rows: readonly JobRecord[]): number {
  return Math.max(
    0,
    rows.findIndex(({ id }) => id === selected),
  )
}

function inList(state: ScreenState): ScreenState {
  return { ...state, mode: { kind: 'list' } }
}

function typed(state: ScreenState, { before }: Extract<Mode, { kind: 'typing' }>, key: string): ScreenState {
  if (key === 'enter') return inList(state)
  if (key === 'escape') return { ...inList(state), filter: before }
  if (key === 'backspace') return { ...state, filter: [...state.filter].slice(0, -1).join('') }
  return [...key].length === 1 ? { ...state, filter: state.filter + key } : state
}

function answered(state: ScreenState, { id }: JobRecord, key: string): Pressed {
  if (key !== 'y' && key !== 'Y') return { state: inList(state) }
  return { state: inList(state), order: { type: 'cancel', id } }
}

function listed(
  state: ScreenState,
  key: string,
  { shown, live }: { readonly shown: LiveScene; readonly live: LiveScene },
): Pressed {
  const rows = jobRows(shown, state.sort, state.filter)
  const moved = move(key, selectedIndex(state, rows), rows.length)
  if (moved !== undefined) return { state: { ...state, selected: rows[moved]?.id } }
  if (key === 's') return { state: { ...state, sort: after(state.sort) } }
  if (key === '/') return { state: { ...state, mode: { kind: 'typing', before: state.filter } } }
  if (key === 'escape') return { state: { ...state, filter: '', selected: undefined } }
  const general = anywhere(state, key, live)
  if (general !== undefined) return general
  const job = rows[selectedIndex(state, rows)]
  return job === undefined ? { state } : ofJob(state, key, { job, live })
}

/** Keys that speak of the selected job. */
function ofJob(
  state: ScreenState,
  key: string,
  { job, live }: { readonly job: JobRecord; readonly live: LiveScene },
): Pressed {
  const what = PANELS[key]
  if (what !== undefined) return opened(state, job.id, what)
  if (key === 'c') {
    const now = live.jobs.find(({ id }) => id === job.id) ?? job
    if (!isFinal(now.state)) return { state: { ...state, mode: { kind: 'confirming', job: now } } }
    return { state: told(state, `It is ${now.state}; there is nothing to cancel.`) }
  }
  if (key !== 'p') return { state }
  const type = live.paused.includes(job.queue) ? 'resume' : 'pause'
  return { state, order: { type, queue: job.queue } }
}

/** Keys that do the same wherever they are pressed. */
function anywhere(state: ScreenState, key: string, live: LiveScene): Pressed | undefined {
  switch (key) {
    case 'q':
      return { state, order: { type: 'quit' } }
    case 'w':
      return { state, order: { type: 'record' } }
    case '?':
      return { state: { ...state, mode: { kind: 'help' } } }
    case ' ':
      return { state: { ...state, frozen: state.frozen === undefined ? live : undefined } }
    default:
      return undefined
  }
}

function inPanel(
  state: ScreenState,
  mode: Extract<Mode, { kind: 'panel' }>,
  { key, scene, live }: { readonly key: string; readonly scene: LiveScene; readonly live: LiveScene },
): Pressed {
  if (key === 'escape' || key === 'backspace') return { state: inList(state) }
  const scroll = move(key, mode.scroll, 100_000)
  if (scroll !== undefined) return { state: { ...state, mode: { ...mode, scroll } } }
  const general = anywhere(state, key, live)
  if (general !== undefined) return general
  const job = scene.jobs.find(({ id }) => id === mode.id)
  const attempt = job === undefined ? undefined : chosenAttempt(job, mode.attempt, key)
  if (attempt !== undefined) return { state: { ...state, mode: { ...mode, attempt, scroll: 0 } } }
  if (job !== undefined) return ofJob(state, key, { job, live })
  const what = PANELS[key]
  return what === undefined ? { state } : opened(state, mode.id, what)
}

const PANELS: { readonly [key: string]: PanelKind } = {
  enter: 'details',
  t: 'traceback',
  r: 'result',
  e: 'explain',
}

function opened(state: ScreenState, id: string, what: PanelKind): Pressed {
  const mode: Mode = { kind: 'panel', what, id, attempt: undefined, scroll: 0 }
  return { state: { ...state, mode, selected: id }, order: { type: 'look', id, what } }
}

function chosenAttempt(job: JobRecord, shown: number | undefined, key: string): number | undefined {
  const last = job.attempts.at(-1)?.attempt
  if (last === undefined) return undefined
  const now = attemptShown(job, shown)?.attempt ?? last
  if (/^[1-9]$/.test(key)) return Math.min(Number(key), last)
  if (key === 'left') return Math.max(1, now - 1)
  return key === 'right' ? Math.min(last, now + 1) : undefined
}

/** Where a key leads in a list, from 0 on; `undefined` for a key that does not move. */
function move(key: string, from: number, count: number): number | undefined {
  const steps: { readonly [key: string]: number } = {
    ...{ j: 1, down: 1, k: -1, up: -1, pagedown: 10, pageup: -10 },
    ...{ g: Number.NEGATIVE_INFINITY, G: Number.POSITIVE_INFINITY },
  }
  const step = steps[key]
  return step === undefined ? undefined : Math.max(0, Math.min(count - 1, from + step))
}

function after(sort: ScreenState['sort']): ScreenState['sort'] {
  return SORTS[(SORTS.indexOf(sort) + 1) % SORTS.length] ?? 'newest'
}

/** The state with a notice at the foot, until the next key. */
export function told(
  state: ScreenState,
  text: string,
  tone: 'plain' | 'good' | 'bad' | 'warning' = 'plain',
): ScreenState {
  return { ...state, notice: { text, tone } }
}
