/** What the demo's jobs do. Loaded in the child processes of its worker. */
import { setImmediate } from 'node:timers/promises'
import type { Implementation } from '@hotline/core'
import { implement } from '@hotline/core'
import {
  alwaysExits,
  broken,
  crashesOnce,
  endless,
  flaky,
  forsaken,
  greedyBuffers,
  greedyHeap,
  late,
  renderTile,
  stubborn,
} from './demo-tasks.ts'
import { mandelbrot } from './mandelbrot.ts'
import { packPixels } from './poster.ts'

const handlers: readonly Implementation[] = [
  implement(renderTile, async (tile, ctx) => {
    const rows = mandelbrot(tile)
    for (;;) {
      const step = rows.next()
      if (step.done === true) return packPixels(step.value)
      ctx.progress({ done: step.value / tile.height })
      await setImmediate() // a turn for the abort signal
      ctx.signal.throwIfAborted()
    }
  }),
  implement(flaky, (_, ctx) => {
    if (ctx.attempt < 3) throw new Error(`The sensor does not answer (attempt ${ctx.attempt}).`)
    return 'The sensor answered.'
  }),
  implement(broken, () => {
    throw new Error('Cannot read the measurements.', {
      cause: new TypeError('Row 7 has no column "kelvin".'),
    })
  }),
  implement(greedyHeap, () => fill(() => Array.from({ length: 200_000 }, (_, index) => index + 0.5))),
  implement(greedyBuffers, () => fill(() => Buffer.alloc(2 ** 21, 1))),
  implement(endless, spin),
  implement(stubborn, (_, ctx) => {
    ctx.progress('spinning')
    return spin()
  }),
  implement(forsaken, () => 'Nobody cancelled it.'),
  implement(late, () => 'It came in time.'),
  implement(crashesOnce, (_, ctx) => {
    if (ctx.attempt === 1) process.kill(process.pid, 'SIGKILL')
    return 'The second process lived.'
  }),
  implement(alwaysExits, () => process.exit(7)),
]

export default handlers

/** Keeps all that it is given, some MiB every few ms, as a leak would. */
function fill(make: () => object): string {
  const kept: object[] = []
  const pause = new Int32Array(new SharedArrayBuffer(4))
  while (kept.length < 10_000) {
    kept.push(make())
    Atomics.wait(pause, 0, 0, 5)
  }
  return `It kept ${kept.length} pieces, and nobody minded.`
}

function spin(): never {
  for (;;);
}
