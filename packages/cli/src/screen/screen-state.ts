import type { JobId, JobRecord, LiveScene } from '@hotline/core'
import type { Tone } from '../render/colour.ts'

/** In which order jobs are listed. */
export const SORTS = ['newest', 'state', 'task', 'longest'] as const
export type Sort = (typeof SORTS)[number]

/** What of one job is looked at in place of the list. */
export type PanelKind = 'details' | 'traceback' | 'result' | 'explain'

/**
 * What the keys speak to.
 *
 *   list --/--> typing --Enter, Esc--> list
 *   list --c--> confirming --y--> list, and the job is to be cancelled; any other key --> list
 *   list --Enter, t, r, e--> panel of the job --Esc--> list; t, r, e lead from one panel to another
 *   list, panel --?--> help --any key--> list
 */
export type Mode =
  | { readonly kind: 'list' }
  | { readonly kind: 'typing'; readonly before: string }
  | { readonly kind: 'confirming'; readonly job: JobRecord }
  | { readonly kind: 'help' }
  | {
      readonly kind: 'panel'
      readonly what: PanelKind
      readonly id: JobId
      /** The attempt whose error is shown; `undefined` = the last one that has any. */
      readonly attempt: number | undefined
      /** The first line that is shown. */
      readonly scroll: number
    }

export interface Notice {
  readonly text: string
  readonly tone: Tone
}

/** What the reader has chosen, apart from what goes on. */
export interface ScreenState {
  readonly mode: Mode
  /** `undefined` = whichever comes first. */
  readonly selected: JobId | undefined
  readonly sort: Sort
  readonly filter: string
  /** What is shown while the screen is frozen. */
  readonly frozen: LiveScene | undefined
  readonly notice: Notice | undefined
}

export function initialState(filter = ''): ScreenState {
  return {
    ...{ mode: { kind: 'list' }, selected: undefined, sort: 'newest', filter },
    ...{ frozen: undefined, notice: undefined },
  }
}

/** What a key asks for that the state alone cannot do. */
export type Order =
  | { readonly type: 'cancel'; readonly id: JobId }
  | { readonly type: 'pause' | 'resume'; readonly queue: string }
  | { readonly type: 'look'; readonly id: JobId; readonly what: PanelKind }
  | { readonly type: 'record' }
  | { readonly type: 'quit' }
