import { expect, test } from 'vitest'
import { listSchedule } from './list-schedule.ts'

const runs = (...times: number[]) => times.map((runMs) => ({ dueAt: 0, runMs }))

test('each run goes to the slot that is free first', () => {
  expect(listSchedule(runs(3, 1, 1, 1), 2, 10)).toBe(13)
  expect(listSchedule(runs(1, 1, 1, 3), 2, 10)).toBe(14)
  expect(listSchedule(runs(3, 1, 1, 1), 1, 10)).toBe(16)
})

test('no run starts before it is due', () => {
  expect(listSchedule([{ dueAt: 25, runMs: 5 }], 2, 10)).toBe(30)
})

test('without runs it ends where it starts', () => {
  expect(listSchedule([], 2, 10)).toBe(10)
})
