import { setTimeout as sleep } from 'node:timers/promises'
import { implement } from '@hotline/core'
import { importOrders, makeThumbnail, renderVideo, spin, trainModel } from './screen-tasks.ts'

const STEPS = 40

export default [
  implement(renderVideo, async (ms, ctx) => {
    const film = Buffer.alloc(120 * 1024 * 1024, 1)
    await compute(ms, ctx, (done) => ({ done, total: STEPS }))
    return { frames: film.length }
  }),
  implement(trainModel, async (ms, ctx) => {
    const weights = new Float64Array(30_000_000).fill(0.5)
    await compute(ms, ctx, (done) => ({ percent: (100 * done) / STEPS }))
    return { loss: (weights[0] ?? 0) / 16 }
  }),
  implement(importOrders, (row) => {
    throw new RangeError(`row ${row} has no customer`, { cause: new TypeError('customer is null') })
  }),
  implement(makeThumbnail, () => ({ width: 320 })),
  implement(spin, () => {
    for (;;) Math.sqrt(2)
  }),
]

interface Reports {
  readonly signal: AbortSignal
  progress(value: unknown): void
}

/** Half of the time on the CPU, in steps that are reported. */
async function compute(ms: number, ctx: Reports, report: (done: number) => unknown): Promise<void> {
  for (let done = 1; done <= STEPS; done++) {
    const until = performance.now() + ms / STEPS / 2
    while (performance.now() < until) Math.sqrt(done)
    await sleep(ms / STEPS / 2, undefined, { signal: ctx.signal })
    ctx.progress(report(done))
  }
}
