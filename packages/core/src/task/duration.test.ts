import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { InvalidOptionError } from '../error.ts'
import type { Duration } from './duration.ts'
import { formatDuration, parseDuration } from './duration.ts'

const DAY = 86_400_000

describe('parseDuration', () => {
  it.each<[Duration, number]>([
    [0, 0],
    [1500, 1500],
    ['500ms', 500],
    ['1.5s', 1500],
    ['1.1 s', 1100],
    ['30 s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['7d', 7 * DAY],
    ['36500d', 36_500 * DAY],
    [0.2, 1],
    ['0.0001ms', 1],
    [1.6, 2],
  ])('takes %j for %d ms', (value, ms) => {
    expect(parseDuration(value, 'timeout')).toBe(ms)
  })

  it.each([
    -1,
    '-1s',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    'bogus',
    '',
    ' 1s',
    '1s ',
    '1  s',
    '1S',
    's',
    '1e3s',
    '1,5s',
    '.5s',
    '10 lightyears',
    '36501d',
    Number.MAX_SAFE_INTEGER,
    `${'9'.repeat(400)}d`,
    null,
    undefined,
    true,
    10n,
    {},
    ['1s'],
    new Date(0),
    '1s\n',
    '5constructor',
  ])('refuses %s', (value) => {
    expect(() => parseDuration(value, 'backoff.initial')).toThrow(InvalidOptionError)
    expect(() => parseDuration(value, 'backoff.initial')).toThrow(/^`backoff\.initial` is .*'1\.5 s'/)
  })

  it('names the option and shows the value', () => {
    const parse = (): number => parseDuration('10 light\nyears', 'timeout')
    expect(parse).toThrow('`timeout` is "10 light\\u{a}years", which is no duration')
    expect(parse).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', option: 'timeout' }))
  })

  it('gives whole milliseconds that are still a date from now on', () => {
    const unit = fc.constantFrom('ms', 's', 'm', 'h', 'd')
    const amount = fc.double({ min: 0, max: 36_500, noNaN: true }).map((n) => Number(n.toFixed(3)))
    fc.assert(
      fc.property(amount, unit, fc.constantFrom('', ' '), (n, suffix, space) => {
        const ms = parseDuration(`${n}${space}${suffix}`, 'timeout')
        expect(Number.isSafeInteger(ms)).toBe(true)
        expect(ms > 0).toBe(n > 0)
        expect(new Date(Date.now() + ms).getTime()).not.toBeNaN()
      }),
    )
  })

  it('refuses or takes anything, and throws nothing else', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        try {
          expect(parseDuration(value, 'x')).toBeGreaterThanOrEqual(0)
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidOptionError)
        }
      }),
    )
  })

  it('has a type that takes known units alone', () => {
    expectTypeOf<'10 s'>().toExtend<Duration>()
    expectTypeOf<'10s'>().toExtend<Duration>()
    expectTypeOf<'10 lightyears'>().not.toExtend<Duration>()
    expectTypeOf<'s'>().not.toExtend<Duration>()
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [0.4, '0 ms'],
    [850, '850 ms'],
    [999.4, '999 ms'],
    [999.5, '1.0 s'],
    [12_345, '12.3 s'],
    [59_949, '59.9 s'],
    [59_950, '1m 00s'],
    [192_000, '3m 12s'],
    [3_599_499, '59m 59s'],
    [3_599_500, '1h 00m'],
    [7_500_000, '2h 05m'],
    [86_369_999, '23h 59m'],
    [86_370_000, '1d 00h'],
    [4 * DAY + 7 * 3_600_000, '4d 07h'],
    [-850, '-850 ms'],
    [Number.NaN, '?'],
    [Number.POSITIVE_INFINITY, '?'],
  ])('shows %d as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  it('never shows a full next unit, and never less for more', () => {
    const size = fc.double({ min: 0, max: 400 * DAY, noNaN: true })
    fc.assert(
      fc.property(size, (ms) => {
        expect(formatDuration(ms)).toMatch(
          /^(\d{1,3} ms|[1-5]?\d\.\d s|[1-5]?\dm [0-5]\ds|1?\dh [0-5]\dm|2[0-3]h [0-5]\dm|\d+d ([01]\d|2[0-3])h)$/,
        )
      }),
    )
  })
})
