import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { waitFor, within } from './patience.ts'

describe('waitFor', () => {
  test('resolves with what the condition yields', async () => {
    let looks = 0
    assert.equal(await waitFor('the third look', 5_000, () => ++looks === 3 && 'seen'), 'seen')
  })

  test('says what it awaited when the limit is over', async () => {
    const waiting = waitFor('a miracle', 30, () => undefined)
    await assert.rejects(waiting, { name: 'PatienceError', awaited: 'a miracle' })
  })

  test('does not wait longer for a condition that hangs', async () => {
    const waiting = waitFor('an answer', 30, () => new Promise<never>(() => {}))
    await assert.rejects(waiting, { name: 'PatienceError' })
  })

  test('passes on at once what the condition throws', async () => {
    const waiting = waitFor('calm', 60_000, () => {
      throw new TypeError('storm')
    })
    await assert.rejects(waiting, { name: 'TypeError', message: 'storm' })
  })
})

describe('within', () => {
  test('passes on what the promise does', async () => {
    assert.equal(await within('seven', 5_000, Promise.resolve(7)), 7)
    await assert.rejects(within('seven', 5_000, Promise.reject(new RangeError('eight'))), RangeError)
  })

  test('gives up on a promise that never settles', async () => {
    await assert.rejects(within('the end', 20, new Promise(() => {})), /Waited 20 ms in vain for the end/)
  })
})
