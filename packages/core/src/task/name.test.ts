import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidOptionError } from '../error.ts'
import { checkName } from './name.ts'

const messageOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof InvalidOptionError) return error.message
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('checkName', () => {
  it.each(['a', 'integrate', 'Report.v2', 'tenant:7/render-tile_1', 'x'.repeat(100)])(
    'takes %s for a task',
    (name) => {
      expect(checkName('task', name)).toBe(name)
      expect(checkName('queue', name)).toBe(name)
    },
  )

  it.each([
    '',
    ' ',
    'a b',
    'é',
    'a\n',
    'a*',
    '{a}',
    'x'.repeat(101),
    '\0',
    undefined,
    null,
    5,
    ['a'],
    { toString: (): string => 'a' },
  ])('refuses %j for a task and a queue', (name) => {
    expect(() => checkName('task', name)).toThrow('1 to 100 of A-Z, a-z, 0-9 and . _ : / -')
    expect(() => checkName('queue', name)).toThrow('is no name for a queue')
  })

  it.each(['tenant:7', 'order 17', 'Überweisung', '注文', '👩‍💻', 'x'.repeat(200), '😀'.repeat(200)])(
    'takes %s for a tag and a key',
    (name) => {
      expect(checkName('tag', name)).toBe(name)
      expect(checkName('key', name)).toBe(name)
    },
  )

  it.each(['', 'a\0', 'a\nb', 'a\u007f', '\u009b', '\u2028', 'a\ud800', '\udc00', 'x'.repeat(201), 7])(
    'refuses %j for a tag and a key',
    (name) => {
      expect(() => checkName('tag', name)).toThrow('1 to 200 characters without control characters')
      expect(() => checkName('key', name)).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION', option: 'key' }),
      )
    },
  )

  it('shows the name escaped and cut', () => {
    expect(messageOf(() => checkName('task', 'a\u001b[31m\r\n"b"'))).toBe(
      '"a\\u{1b}[31m\\u{d}\\u{a}\\"b\\"" is no name for a task. Give a text of 1 to 100 of A-Z, a-z, 0-9 and . _ : / -.',
    )
    expect(messageOf(() => checkName('task', '!'.repeat(5_000_000)))).toContain(
      `"${'!'.repeat(60)}…" is no name`,
    )
    expect(messageOf(() => checkName('task', undefined))).toMatch(/^undefined is no name/)
  })

  it('never repeats a control character or a lone surrogate, whatever is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }).map((text) => `!${text}`),
          fc.array(fc.anything()),
        ),
        (value) => {
          expect(messageOf(() => checkName('task', value))).not.toMatch(/[\p{Cc}\p{Cs}]/u)
        },
      ),
    )
  })
})
