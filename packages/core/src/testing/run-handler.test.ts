import { expect, test } from 'vitest'
import { z } from 'zod'
import { implement } from '../task/implementation.ts'
import { defineTask } from '../task/task.ts'
import { FakeClock } from './fake-clock.ts'
import { runHandler } from './run-handler.ts'

const halve = defineTask('halve', {
  input: z.object({ n: z.number(), label: z.string().default('none') }),
  output: z.object({ half: z.number() }),
  progress: z.object({ done: z.number() }),
})

const halves = implement(halve, ({ n, label }, ctx) => {
  ctx.progress({ done: 1 })
  ctx.log(`${label} at attempt ${ctx.attempt}`)
  return { half: n / 2 }
})

test('a handler runs with its payloads checked at both ends', async () => {
  const run = await runHandler(halves, { n: 3 }, { attempt: 2 })
  expect(run).toEqual({ output: { half: 1.5 }, progress: [{ done: 1 }], log: ['none at attempt 2'] })
})

test('a bad input, output or progress is refused as in production', async () => {
  // @ts-expect-error a wrong input does not compile either
  await expect(runHandler(halves, { n: 'three' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  const bad = implement(halve, () => ({ half: Number.NaN }))
  await expect(runHandler(bad, { n: 3 })).rejects.toMatchObject({ code: 'INVALID_OUTPUT' })
  const loud = implement(halve, (_input, ctx) => {
    ctx.progress(JSON.parse('{"done":"much"}'))
    return { half: 1 }
  })
  await expect(runHandler(loud, { n: 3 })).rejects.toMatchObject({ code: 'INVALID_PROGRESS' })
})

test('a fake clock runs what falls due, in order, and nothing else', async () => {
  const clock = new FakeClock(1000)
  const seen: string[] = []
  clock.setTimer(20, () => seen.push(`b at ${clock.now()}`))
  clock.setTimer(10, () => {
    seen.push(`a at ${clock.now()}`)
    clock.setTimer(5, () => seen.push(`c at ${clock.now()}`))
  })
  clock.setTimer(1, () => seen.push('never')).cancel()
  await clock.advance(15)
  expect(seen).toEqual(['a at 1010', 'c at 1015'])
  await clock.advance(100)
  expect(seen).toEqual(['a at 1010', 'c at 1015', 'b at 1020'])
  expect(clock.monotonic()).toBe(115)
})
