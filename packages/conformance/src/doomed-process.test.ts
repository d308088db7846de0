import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'vitest'
import { DoomedProcess } from './doomed-process.ts'
import { pass } from './patience.ts'

const module = new URL('./self-fed-holder.fixture.ts', import.meta.url)
const LIMIT_MS = 20_000

let doomed: DoomedProcess

function start(data: unknown = {}): DoomedProcess {
  doomed = new DoomedProcess({ holder: { module, data }, limitMs: LIMIT_MS })
  return doomed
}

afterEach(() => doomed.kill())

describe('DoomedProcess', () => {
  test('takes a job, keeps its lease, and settles it when told', async () => {
    const { attempt } = await start().holding()
    assert.equal(attempt, 1)
    // Two leases long: it would be fenced by now if it had not renewed.
    await pass(600)
    assert.deepEqual(await doomed.settle(), { type: 'settled', accepted: true })
  })

  test('does nothing while it is frozen', async () => {
    await start().holding()
    doomed.freeze()
    let hasAnswered = false
    const settled = doomed.settle().finally(() => {
      hasAnswered = true
    })
    await pass(200)
    assert.equal(hasAnswered, false)
    doomed.thaw()
    assert.equal((await settled).type, 'settled')
  })

  test('is gone when it was killed', async () => {
    await start().holding()
    await doomed.kill()
    await assert.rejects(doomed.settle(), /ended/)
  })

  test('exits by itself after it has left', async () => {
    await start().holding()
    assert.equal(await doomed.leave(), 0)
  })

  test('tells why it failed', async () => {
    await assert.rejects(start({ broken: true }).holding(), /This holder is broken on purpose/)
  })
})
