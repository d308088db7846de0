/** Tasks with names as people give them, for the screen. */
import { defineTask } from '@hotline/core'

/** Computes for so many ms, and reports how far it is. */
export const renderVideo = defineTask<number, { frames: number }>('render-video', {
  queue: 'media',
  attempts: 2,
})
export const trainModel = defineTask<number, { loss: number }>('train-model', { queue: 'models' })
/** Throws at each attempt, of which it has three. */
export const importOrders = defineTask<number, null>('import-orders', {
  queue: 'imports',
  attempts: 3,
  backoff: { initial: 100, factor: 1, max: 100, jitter: 0 },
})
/** Returns at once. */
export const makeThumbnail = defineTask<number, { width: number }>('make-thumbnail', { queue: 'media' })
/** Spins until it is stopped by force. */
export const spin = defineTask<null, null>('simulate-market', { queue: 'models' })
