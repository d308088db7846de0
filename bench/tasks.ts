import { defineTask } from '@hotline/core'

export const burnTask = defineTask<{ readonly ms: number }, number>('burn')
export const noop = defineTask<number, number>('noop')
