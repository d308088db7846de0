import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createJobId, createJobIdFactory, isJobId, jobIdTime } from './job-id.ts'

/** Readings of a bad clock: forwards, backwards, still, nonsense. */
const reading = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_003 }),
  fc.constantFrom(Number.NaN, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 60, 0.5),
)

describe('createJobId', () => {
  it('makes a UUIDv7 of the present', () => {
    const before = Date.now()
    const id = createJobIdFactory()()
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(jobIdTime(id)).toBeGreaterThanOrEqual(before)
    expect(jobIdTime(id)).toBeLessThanOrEqual(Date.now())
  })

  it('makes ids in ascending order, each once', () => {
    const ids = Array.from({ length: 100_000 }, () => createJobId())
    expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? ''))).toBe(true)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('never goes back, whatever the clock says', () => {
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 200 }), (readings) => {
        const pending = [...readings]
        const make = createJobIdFactory({ now: () => pending.shift() ?? 0 })
        const ids = readings.map(() => make())
        expect(ids.every(isJobId)).toBe(true)
        expect(ids).toEqual([...new Set(ids)].toSorted())
      }),
    )
  })

  it('borrows the next ms once 4096 ids were made in one', () => {
    const make = createJobIdFactory({ now: () => 1000 })
    const times = Array.from({ length: 4097 }, () => jobIdTime(make()))
    expect(times.slice(0, 4096).every((time) => time === 1000)).toBe(true)
    expect(times.at(-1)).toBe(1001)
  })

  it('keeps the last ms when the clock is set back, and follows it when it has caught up', () => {
    const readings = [5000, 10, 5000, 5001]
    const make = createJobIdFactory({ now: () => readings.shift() ?? 0 })
    expect([make(), make(), make(), make()].map(jobIdTime)).toEqual([5000, 5000, 5000, 5001])
  })

  it('shares no random bits between ids, factories or refills of the pool', () => {
    const makers = [createJobIdFactory({ now: () => 1 }), createJobIdFactory({ now: () => 1 })]
    const tails = makers.flatMap((make) => Array.from({ length: 2000 }, () => make().slice(19)))
    expect(new Set(tails).size).toBe(tails.length)
  })

  it('sets every random bit in some id and clears it in some other', () => {
    const make = createJobIdFactory()
    const bits = Array.from({ length: 500 }, () => BigInt(`0x${make().slice(19).replace('-', '')}`))
    const or = bits.reduce((all, one) => all | one)
    const and = bits.reduce((all, one) => all & one)
    expect([or.toString(16), and.toString(16)]).toEqual(['bfffffffffffffff', '8000000000000000'])
  })
})

describe('jobIdTime', () => {
  it('gives the ms that the id was made in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (ms) => {
        expect(jobIdTime(createJobIdFactory({ now: () => ms })())).toBe(ms)
      }),
    )
  })

  it('is NaN for a text that is no id', () => {
    expect(jobIdTime('order-17')).toBeNaN()
  })
})

describe('isJobId', () => {
  const id = '0190f3a2-7b1c-7abc-8def-0123456789ab'

  it('knows an id', () => {
    expect(isJobId(id)).toBe(true)
  })

  it.each([
    ['upper case', id.toUpperCase()],
    ['version 4', '0190f3a2-7b1c-4abc-8def-0123456789ab'],
    ['a foreign variant', '0190f3a2-7b1c-7abc-cdef-0123456789ab'],
    ['a line break at the end', `${id}\n`],
    ['text around it', ` ${id} `],
    ['nothing', ''],
    ['undefined', undefined],
    ['an object that prints as one', { toString: (): string => id }],
  ])('refuses %s', (_, value) => {
    expect(isJobId(value)).toBe(false)
  })
})
