import { once } from 'node:events'
import { expect, test } from 'vitest'
import { Parts } from './parts.ts'

const PROGRAM = new URL('./deaf.fixture.ts', import.meta.url)

test('parts that died a moment before are dismissed all the same', async () => {
  const parts = new Parts(PROGRAM, { url: 'memory://parts', namespace: 'parts' })
  const child = parts.start({ role: 'deaf' })
  await once(child, 'message')
  child.kill('SIGKILL')
  // Dead by now, and this process has had no chance to hear of it.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
  await parts.dismiss(0)
  expect(child.signalCode).toBe('SIGKILL')
  await parts.dismiss(0)
})
