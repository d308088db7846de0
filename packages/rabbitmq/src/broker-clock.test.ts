import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { BrokerClock } from './broker-clock.ts'

const HOUR_MS = 3_600_000

test.each([-HOUR_MS, HOUR_MS])('is right to a second though the wall clock is off by %i ms', (off) => {
  const honest = Date.now
  const skewed = vi.spyOn(Date, 'now').mockImplementation(() => honest() + off)
  const clock = new BrokerClock()
  const at = performance.now()
  clock.read(Math.floor(honest() / 1000), at, at + 1)
  skewed.mockRestore()
  expect(Math.abs(clock.now - honest())).toBeLessThanOrEqual(1_002)
})

test('whatever the answers take, a wall clock that fits them is believed', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2_000), { minLength: 1, maxLength: 20 }), (waits) => {
      const clock = new BrokerClock()
      const wall = Date.now() - performance.now()
      let at = performance.now()
      for (const wait of waits) {
        const shown = Math.floor((at + wait / 2 + wall) / 1000)
        clock.read(shown, at, at + wait)
        at += wait
      }
      expect(Math.abs(clock.now - Date.now())).toBeLessThan(50)
    }),
  )
})

test.each([-7_200, 7_200])('a broker whose clock was set by %i s is believed anew', (by) => {
  const clock = new BrokerClock()
  const seconds = Math.floor(Date.now() / 1000)
  const at = performance.now()
  clock.read(seconds, at, at)
  clock.read(seconds + by, at, at)
  expect(Math.abs(clock.now - Date.now() - by * 1000)).toBeLessThan(2_000)
})
