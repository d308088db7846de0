import { defineTask, type PlainTypes, type Task } from '@hotline/core'
import type { Tile } from './poster-view.ts'

const queue = 'demo'
const once = { queue, attempts: 1, crashLimit: 1 } as const

/** A task whose jobs take nothing and give a sentence. */
type Plain = Task<PlainTypes<null, string, unknown>>

/** Share of the rows that are done. */
export interface TileProgress {
  readonly done: number
}

/** Computes one tile, and gives its pixels as text. */
export const renderTile: Task<PlainTypes<Tile, string, TileProgress>> = defineTask('render-tile', {
  queue,
  memory: '256 MiB',
})

export const flaky: Plain = defineTask('flaky', {
  queue,
  attempts: 3,
  backoff: { initial: '200ms', factor: 2 },
})
export const broken: Plain = defineTask('broken', {
  queue,
  attempts: 2,
  backoff: { initial: '200ms' },
})
export const greedyHeap: Plain = defineTask('greedy-heap', { ...once, memory: '160 MiB' })
export const greedyBuffers: Plain = defineTask('greedy-buffer', { ...once, memory: '160 MiB' })
export const endless: Plain = defineTask('endless', { ...once, timeout: '1s' })
export const stubborn: Plain = defineTask('stubborn', once)
export const forsaken: Plain = defineTask('forsaken', once)
export const late: Plain = defineTask('late', once)
export const crashesOnce: Plain = defineTask('crashes-once', { queue })
export const alwaysExits: Plain = defineTask('always-exits', { queue })
