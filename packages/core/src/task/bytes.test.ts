import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { InvalidOptionError } from '../error.ts'
import type { Bytes } from './bytes.ts'
import { formatBytes, parseBytes } from './bytes.ts'

describe('parseBytes', () => {
  it.each<[Bytes, number]>([
    [0, 0],
    [4096, 4096],
    ['512 B', 512],
    ['64KiB', 65_536],
    ['1 kB', 1000],
    ['1 KB', 1000],
    ['10MB', 10_000_000],
    ['256 MiB', 268_435_456],
    ['1.5 GiB', 1_610_612_736],
    ['2 GB', 2_000_000_000],
    ['0.1 B', 1],
  ])('takes %j for %d bytes', (value, bytes) => {
    expect(parseBytes(value, 'memory')).toBe(bytes)
  })

  it.each([
    -1,
    '-1 MiB',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    'bogus',
    '',
    '1',
    '1 mib',
    '1 mb',
    '1  MiB',
    ' 1 MiB',
    '1 MiB\n',
    '1e3 MiB',
    '99999999999 GiB',
    '5constructor',
    null,
    undefined,
    10n,
    {},
    [1],
  ])('refuses %s', (value) => {
    expect(() => parseBytes(value, 'memory')).toThrow(InvalidOptionError)
    expect(() => parseBytes(value, 'memory')).toThrow(/^`memory` is .*'512 MiB'/)
  })

  it('has a type that takes known units alone', () => {
    expectTypeOf<'1 GiB'>().toExtend<Bytes>()
    expectTypeOf<'1GiB'>().toExtend<Bytes>()
    expectTypeOf<'1 gigs'>().not.toExtend<Bytes>()
  })
})

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [512, '512 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [262_144, '256 KiB'],
    [1_048_575, '1 MiB'],
    [1_288_490_189, '1.2 GiB'],
    [10 * 1024 ** 4, '10 TiB'],
    [5000 * 1024 ** 4, '5000 TiB'],
    [-2048, '-2 KiB'],
    [Number.NaN, '?'],
  ])('shows %d as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  it('shows at most four digits, and is off by less than 1 %', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 * 1024 ** 4 }), (bytes) => {
        const [amount = '', unit = ''] = formatBytes(bytes).split(' ')
        const factor = 1024 ** ['B', 'KiB', 'MiB', 'GiB', 'TiB'].indexOf(unit)
        expect(amount).toMatch(/^(\d{1,4}|\d{1,2}\.\d{1,2})$/)
        expect(Math.abs(Number(amount) * factor - bytes)).toBeLessThanOrEqual(bytes / 100)
      }),
    )
  })
})
