import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FakeClock } from './fake-clock.ts'

describe('FakeClock', () => {
  it('stands still until it is told to go on', async () => {
    const clock = new FakeClock(1000)
    expect([clock.now(), clock.monotonic()]).toEqual([1000, 0])
    await clock.advance(250)
    expect([clock.now(), clock.monotonic()]).toEqual([1250, 250])
  })

  it('runs timers in order of time, then of setting, each at its own time', async () => {
    const delays = fc.array(fc.integer({ min: -5, max: 50 }), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(delays, async (given) => {
        const clock = new FakeClock(0)
        const ran: { at: number; index: number }[] = []
        given.forEach((ms, index) => void clock.setTimer(ms, () => ran.push({ at: clock.now(), index })))
        await clock.advance(40)
        const due = given.map((ms, index) => ({ at: Math.max(0, ms), index })).filter(({ at }) => at <= 40)
        expect(ran).toEqual(due.toSorted((a, b) => a.at - b.at || a.index - b.index))
        expect(clock.now()).toBe(40)
      }),
      { numRuns: 30 },
    )
  })

  it('lets promises settle between timers, so that what follows from one happens before the next', async () => {
    const clock = new FakeClock(0)
    const order: string[] = []
    const sleep = (ms: number): Promise<void> =>
      new Promise((resolve) => {
        clock.setTimer(ms, resolve)
      })
    const work = async (): Promise<void> => {
      await sleep(10)
      order.push(`slept at ${clock.now()}`)
      for (let turn = 0; turn < 20; turn++) await null
      await sleep(10)
      order.push(`slept again at ${clock.now()}`)
    }
    clock.setTimer(15, () => void order.push(`timer at ${clock.now()}`))
    const done = work()
    await clock.advance(100)
    await done
    expect(order).toEqual(['slept at 10', 'timer at 15', 'slept again at 20'])
  })

  it('runs a timer that is set by promises still to settle', async () => {
    const clock = new FakeClock(0)
    let ranAt = -1
    void Promise.resolve()
      .then(() => null)
      .then(() =>
        clock.setTimer(10, () => {
          ranAt = clock.now()
        }),
      )
    await clock.advance(10)
    expect(ranAt).toBe(10)
  })

  it('runs no timer early, and none that was cancelled, also by an earlier one', async () => {
    const clock = new FakeClock(0)
    const ran: string[] = []
    const second = clock.setTimer(20, () => void ran.push('second'))
    clock.setTimer(10, () => second.cancel())
    clock.setTimer(31, () => void ran.push('late')).unref()
    await clock.advance(30)
    expect(ran).toEqual([])
    await clock.advance(1)
    expect(ran).toEqual(['late'])
  })

  it('adds up calls that overlap', async () => {
    const clock = new FakeClock(0)
    await Promise.all([clock.advance(10), clock.advance(5)])
    expect(clock.now()).toBe(15)
  })

  it('rejects with what a timer throws, stands where it threw, and goes on from there', async () => {
    const clock = new FakeClock(0)
    clock.setTimer(5, () => {
      throw new Error('in the timer')
    })
    let ran = false
    clock.setTimer(6, () => {
      ran = true
    })
    await expect(clock.advance(10)).rejects.toThrow('in the timer')
    expect([clock.now(), ran]).toEqual([5, false])
    await clock.advance(1)
    expect([clock.now(), ran]).toEqual([6, true])
  })

  it.each([-1, Number.NaN])('refuses to go on by %d', (ms) => {
    expect(() => new FakeClock(0).advance(ms)).toThrow('time does not go back')
  })
})
