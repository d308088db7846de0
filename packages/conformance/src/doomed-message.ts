import type { Refusal } from '@hotline/core'

/** What the parent tells the doomed process. */
export type DoomedOrder =
  | {
      readonly type: 'start'
      /** URL of the module whose default export is `(data) => Transport`. */
      readonly module: string
      readonly data: unknown
      readonly queue: string
      readonly worker: string
      /** How far the clock of the process is off. */
      readonly clockSkewMs: number
    }
  | { readonly type: 'settle' }
  | { readonly type: 'leave' }

/** What it answers. */
export type DoomedAnswer =
  | { readonly type: 'holding'; readonly jobId: string; readonly attempt: number }
  | { readonly type: 'settled'; readonly accepted: boolean; readonly why: Refusal | undefined }
