import { describe, expect, it } from 'vitest'
import { InvalidOptionError } from '../error.ts'
import { checkOptions } from './option-names.ts'

const KNOWN = ['transport', 'handlers', 'queues', 'concurrency', 'isolation', 'key']
const check = (given: unknown, known: readonly string[] = KNOWN): void =>
  checkOptions('createWorker', Object(given), known)

describe('checkOptions', () => {
  it('takes known options, whatever their values', () => {
    check({})
    check({ concurrency: undefined, queues: 1 })
  })

  it('takes inherited properties for no options', () => {
    check(Object.create({ anything: 1 }))
  })

  it('names an unknown option and the one that was meant', () => {
    expect(() => check({ queues: [], concurency: 2 })).toThrow(
      new InvalidOptionError({
        option: 'concurency',
        problem: 'createWorker does not know the option `concurency`.',
        cure: 'Did you mean `concurrency`?',
      }),
    )
  })

  it.each([
    ['one letter too many', 'queuess', 'queues'],
    ['one letter too few', 'queus', 'queues'],
    ['another letter', 'isolatiom', 'isolation'],
    ['letters swapped', 'ahndlers', 'handlers'],
    ['letters swapped in a short name', 'kye', 'key'],
    ['another case', 'CONCURRENCY', 'concurrency'],
    ['the nearest of two', 'handler', 'handlers'],
  ])('finds %s', (_, slip, meant) => {
    expect(() => check({ [slip]: 1 })).toThrow(`Did you mean \`${meant}\`?`)
  })

  it('lists the known options when none is near', () => {
    expect(() => check({ x: 1 })).toThrow(
      'createWorker does not know the option `x`. It knows `transport`, `handlers`, `queues`, `concurrency`, `isolation`, `key`.',
    )
    expect(() => check({ x: 1 }, [])).toThrow('It knows no options.')
  })

  it('takes prototype names for options like any other', () => {
    expect(() => check(JSON.parse('{"__proto__":1}'))).toThrow('`__proto__`')
    expect(() => check({ constructor: 1 })).toThrow('`constructor`')
  })

  it('shows a hostile name cut and escaped', () => {
    expect(() => check({ 'a\n\u202eb': 1 })).toThrow('`a\\u{a}\\u{202e}b`')
    expect(() => check({ ['x'.repeat(1_000_000)]: 1 })).toThrow(`\`${'x'.repeat(60)}…\``)
  })

  it.each([null, undefined, 'text', 5])('refuses %s for options', (given) => {
    const loose: (what: string, given: never, known: readonly string[]) => void = checkOptions
    expect(() => Reflect.apply(loose, undefined, ['createWorker', given, KNOWN])).toThrow(
      'The options of createWorker are not an object. Give an object; it may hold `transport`',
    )
  })
})
