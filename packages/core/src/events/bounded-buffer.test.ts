import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BoundedBufferOptions } from './bounded-buffer.ts'
import { BoundedBuffer } from './bounded-buffer.ts'

const bufferOf = <T>(items: readonly T[], options: BoundedBufferOptions<T>): BoundedBuffer<T> => {
  const buffer = new BoundedBuffer<T>(options)
  for (const item of items) buffer.push(item)
  return buffer
}

const readAll = async <T>(buffer: AsyncIterable<T>): Promise<readonly T[]> => {
  const read: T[] = []
  for await (const item of buffer) read.push(item)
  return read
}

/** Until whoever reads has come as far as it can. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

describe('BoundedBuffer', () => {
  it('delivers what is pushed, in order, before and while the reader waits', async () => {
    const buffer = bufferOf([1, 2], { capacity: 10 })
    const reading = readAll(buffer)
    await turn()
    buffer.push(3)
    await turn()
    buffer.push(4)
    buffer.end()
    expect(await reading).toEqual([1, 2, 3, 4])
  })

  it('delivers items that are undefined or null', async () => {
    const buffer = bufferOf([undefined, null, 0], { capacity: 3 })
    buffer.end()
    expect(await readAll(buffer)).toEqual([undefined, null, 0])
  })

  it('drops the oldest when it is full, and counts them', async () => {
    const buffer = bufferOf([1, 2, 3, 4, 5], { capacity: 2 })
    expect([buffer.size, buffer.dropped]).toEqual([2, 3])
    buffer.end()
    expect(await readAll(buffer)).toEqual([4, 5])
  })

  it('tells the reader of each gap in its place, with what lies at its ends', async () => {
    const buffer = bufferOf([1, 2, 3, 4], {
      capacity: 2,
      onOverflow: ({ dropped, first, last }) => -(dropped * 100 + first * 10 + last),
    })
    const reader = buffer[Symbol.asyncIterator]()
    const read = async (): Promise<number | undefined> => (await reader.next()).value
    expect([await read(), await read()]).toEqual([-212, 3])
    buffer.push(5)
    buffer.push(6)
    expect([await read(), await read(), await read()]).toEqual([-144, 5, 6])
  })

  it('accounts for every item, however pushes and reads interleave', async () => {
    const steps = fc.array(fc.constantFrom('push', 'read'), { maxLength: 100 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), steps, async (capacity, plan) => {
        const buffer = new BoundedBuffer<readonly number[]>({
          capacity,
          onOverflow: ({ dropped, first: [from = 0] }) =>
            Array.from({ length: dropped }, (_, index) => from + index),
        })
        const reader = buffer[Symbol.asyncIterator]()
        const seen: number[] = []
        let pushed = 0
        for (const step of plan) {
          if (step === 'push') buffer.push([pushed++])
          else if (buffer.size > 0) seen.push(...((await reader.next()).value ?? []))
          expect(buffer.size).toBeLessThanOrEqual(capacity)
        }
        buffer.end()
        for (let next = await reader.next(); next.done !== true; next = await reader.next())
          seen.push(...next.value)
        expect(seen).toEqual(Array.from({ length: pushed }, (_, index) => index))
      }),
    )
  })

  it('delivers what waits before it fails, and keeps the error', async () => {
    const failure = new Error('the connection is gone')
    const buffer = bufferOf([1], { capacity: 2 })
    buffer.fail(failure)
    buffer.end()
    const reader = buffer[Symbol.asyncIterator]()
    expect(await reader.next()).toEqual({ value: 1, done: false })
    await expect(reader.next()).rejects.toBe(failure)
    expect(await reader.next()).toEqual({ value: undefined, done: true })
  })

  it('wakes a reader that waits when it ends, fails or is aborted', async () => {
    const stop = new AbortController()
    const buffers = [new BoundedBuffer({ capacity: 1 }), new BoundedBuffer({ capacity: 1 })]
    const aborted = new BoundedBuffer({ capacity: 1, signal: stop.signal })
    const reading = Promise.allSettled([...buffers, aborted].map(readAll))
    await turn()
    buffers[0]?.end()
    buffers[1]?.fail('why')
    stop.abort()
    expect(await reading).toEqual([
      { status: 'fulfilled', value: [] },
      { status: 'rejected', reason: 'why' },
      { status: 'fulfilled', value: [] },
    ])
  })

  it('drops what waits when it is aborted, also before the reader came', async () => {
    const stop = new AbortController()
    const buffer = bufferOf([1, 2], { capacity: 5, signal: stop.signal })
    stop.abort()
    expect(buffer.push(3)).toBe(false)
    expect(await readAll(buffer)).toEqual([])
    expect(await readAll(new BoundedBuffer({ capacity: 5, signal: AbortSignal.abort() }))).toEqual([])
  })

  it('takes nothing more once it is closed or its reader has left', async () => {
    const ended = bufferOf([1], { capacity: 5 })
    ended.end()
    expect(ended.push(2)).toBe(false)
    const left = bufferOf([1, 2], { capacity: 5 })
    for await (const item of left) if (item === 1) break
    expect([left.push(3), left.size]).toEqual([false, 0])
  })

  it('lets a reader leave while it waits', async () => {
    const reader = new BoundedBuffer({ capacity: 1 })[Symbol.asyncIterator]()
    const waiting = reader.next()
    await turn()
    expect(await reader.return?.()).toEqual({ value: undefined, done: true })
    expect(await waiting).toEqual({ value: undefined, done: true })
  })

  it('hangs a listener on the signal only while its reader waits, and one at most', async () => {
    const { signal } = new AbortController()
    for (const finish of ['end', 'fail', 'return', 'push'] as const) {
      const buffer = bufferOf([1], { capacity: 2, signal })
      expect(listenersOf(signal)).toBe(0)
      const reader = buffer[Symbol.asyncIterator]()
      await reader.next()
      const waiting = reader.next().catch((error: unknown) => error)
      await turn()
      expect(listenersOf(signal)).toBe(1)
      if (finish === 'return') await reader.return?.()
      else buffer[finish](2)
      await waiting
      expect(listenersOf(signal)).toBe(0)
    }
  })

  it('has one reader', () => {
    const buffer = new BoundedBuffer({ capacity: 1 })
    buffer[Symbol.asyncIterator]()
    expect(() => buffer[Symbol.asyncIterator]()).toThrow('one buffer for each reader')
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a capacity of %d', (capacity) => {
    expect(() => new BoundedBuffer({ capacity })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
  })
})
