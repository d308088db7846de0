import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RetryPause } from './retry-pause.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** How long the next wait takes, in ms. */
async function measured(pause: RetryPause): Promise<number> {
  const begun = Date.now()
  const waited = pause.wait()
  await vi.runAllTimersAsync()
  await waited
  return Date.now() - begun
}

test('pauses double up to 5 s, and begin anew after a reset', async () => {
  const pause = new RetryPause(new AbortController().signal)
  const times: number[] = []
  for (let n = 0; n < 8; n++) times.push(await measured(pause))
  expect(times).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000])
  pause.reset()
  expect(await measured(pause)).toBe(100)
})

test('a pause ends with its signal, and leaves no timer', async () => {
  const stop = new AbortController()
  const pause = new RetryPause(stop.signal)
  const waiting = pause.wait()
  expect(vi.getTimerCount()).toBe(1)
  stop.abort()
  await waiting
  expect(vi.getTimerCount()).toBe(0)
  await pause.wait()
})
