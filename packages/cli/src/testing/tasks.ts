/** Tasks of the tests of the command line. */
import { defineTask } from '@hotline/core'

const once = { attempts: 1 } as const

export const quick = defineTask<number, number>('quick', once)
export const failing = defineTask<null, never>('failing', once)
export const lasting = defineTask<number, null>('lasting', once)
