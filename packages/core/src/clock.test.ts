import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from './clock.ts'

const DAY = 86_400_000

describe('systemClock', () => {
  it('tells the wall clock, and a time that never goes back', () => {
    const before = Date.now()
    expect(systemClock.now()).toBeGreaterThanOrEqual(before)
    const readings = Array.from({ length: 1000 }, () => systemClock.monotonic())
    expect(readings).toEqual(readings.toSorted((a, b) => a - b))
  })

  it('runs a timer once, later', async () => {
    const order: string[] = []
    await new Promise<void>((resolve) => {
      systemClock.setTimer(0, () => {
        order.push('timer')
        resolve()
      })
      order.push('caller')
    })
    expect(order).toEqual(['caller', 'timer'])
  })

  it('lets the process end although an unref timer runs', () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timers()
    const timer = systemClock.setTimer(DAY, () => {})
    expect(timers()).toBe(before + 1)
    timer.unref()
    expect(timers()).toBe(before)
    timer.cancel()
  })
})

/** n.b. the fake timers of vitest fire at once above 2^31 - 1 ms, as the real ones do. */
describe('systemClock over more than 24 days', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it.each([30, 50, 100])('fires a timer of %d days when it is due, and not before', (days) => {
    const run = vi.fn()
    systemClock.setTimer(days * DAY, run)
    vi.advanceTimersByTime(days * DAY - 1)
    expect(run).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(run).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(days * DAY)
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('cancels a long timer, also when it was armed again', () => {
    const run = vi.fn()
    const timers = [systemClock.setTimer(60 * DAY, run), systemClock.setTimer(60 * DAY, run)]
    timers[0]?.cancel()
    vi.advanceTimersByTime(30 * DAY)
    timers[1]?.cancel()
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(60 * DAY)
    expect(run).not.toHaveBeenCalled()
  })

  it('keeps a long timer unref when it is armed again', () => {
    const armed = vi.spyOn(globalThis, 'setTimeout')
    systemClock.setTimer(60 * DAY, () => {}).unref()
    vi.advanceTimersByTime(59 * DAY)
    expect(armed.mock.results.map(({ value }) => value.hasRef())).toEqual([false, false, false])
  })

  it('takes no time, less than none and no number for now', () => {
    const run = vi.fn()
    for (const ms of [0, -5, Number.NaN]) systemClock.setTimer(ms, run)
    vi.advanceTimersByTime(1)
    expect(run).toHaveBeenCalledTimes(3)
  })
})
