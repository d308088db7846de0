import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { until } from './fixtures/rig.ts'
import { LogBatch } from './log-batch.ts'
import { MAX_LINE_LENGTH } from './message.ts'
import { ProgressThrottle } from './progress-throttle.ts'

test('the first report goes out at once, then the latest, with the number of those between', async () => {
  const sent: (readonly [number, number])[] = []
  const throttle = new ProgressThrottle<number>((value, dropped) => {
    sent.push([value, dropped])
    return undefined
  })
  for (const value of [1, 2, 3, 4]) throttle.report(value)
  expect(sent).toEqual([[1, 0]])
  await until(() => sent.length === 2, 'the second report')
  expect(sent[1]).toEqual([4, 2])
})

test('flush sends what is left, and waits for it', async () => {
  const stored: number[] = []
  const throttle = new ProgressThrottle<number>(async (value) => {
    await sleep(20)
    stored.push(value)
    return true
  })
  for (const value of [1, 2, 3]) throttle.report(value)
  await throttle.flush()
  expect(stored).toEqual([1, 3])
})

test('a report that could not be stored is counted by the next', async () => {
  const sent: number[] = []
  const throttle = new ProgressThrottle<number>(async (_value, dropped) => {
    sent.push(dropped)
    return sent.length > 1
  })
  throttle.report(1)
  await throttle.flush()
  throttle.report(2)
  await throttle.flush()
  expect(sent).toEqual([0, 1])
})

test('lines are merged, cut and bounded', async () => {
  const sent: { readonly lines: readonly string[]; readonly dropped: number }[] = []
  const batch = new LogBatch((lines, dropped) => {
    sent.push({ lines, dropped })
    return undefined
  })
  batch.add(['x'.repeat(10_000)])
  for (let i = 0; i < 149; i++) batch.add([`line ${i}`])
  expect(sent).toEqual([])
  await until(() => sent.length === 1, 'the batch')
  expect(sent[0]?.lines).toHaveLength(100)
  expect(sent[0]?.lines[0]).toHaveLength(MAX_LINE_LENGTH)
  expect(sent[0]?.dropped).toBe(50)
})
