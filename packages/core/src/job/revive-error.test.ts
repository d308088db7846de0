import { describe, expect, it } from 'vitest'
import { describeError, reviveError } from './error-document.ts'
import { DiskFull } from './hostile-objects.fixture.ts'

describe('reviveError', () => {
  it('brings back name, message, stack, code, causes and properties', () => {
    const thrown = new DiskFull('no space left', { cause: new TypeError('below') })
    const revived = reviveError(describeError(thrown))
    expect(revived).toMatchObject({
      name: 'DiskFull',
      message: 'no space left',
      code: 'ENOSPC',
      freeBytes: 12,
    })
    expect(revived.stack).toBe(thrown.stack)
    expect(revived.cause).toMatchObject({ name: 'TypeError', message: 'below' })
    expect(String(revived)).toBe('DiskFull: no space left')
    expect(describeError(revived)).toEqual(describeError(thrown))
  })

  it('brings back the errors of an AggregateError', () => {
    const revived = reviveError(describeError(new AggregateError([new RangeError('a')], 'all')))
    expect(revived).toBeInstanceOf(AggregateError)
    expect(revived).toMatchObject({ message: 'all', errors: [{ name: 'RangeError', message: 'a' }] })
  })

  it('has no stack of its own where none was sent, and no cause where there was none', () => {
    const revived = reviveError({ name: 'NonError', message: '42' })
    expect(revived.stack).toBe('NonError: 42')
    expect('cause' in revived).toBe(false)
  })

  it('lets no property hide a field, break showing the error, or touch a prototype', () => {
    const props = JSON.parse(
      '{"__proto__":{"admin":true},"message":"lie","toString":"x","toJSON":1,"stack":"lie","then":1,"a":1}',
    )
    const revived = reviveError({ name: 'E', message: 'm', props })
    expect(String(revived)).toBe('E: m')
    expect(revived.stack).toBe('E: m')
    expect(Object.getPrototypeOf(revived)).toBe(Error.prototype)
    expect(Object.keys(revived)).toEqual(['a'])
    expect(Reflect.get(revived, 'admin')).toBeUndefined()
  })
})
