import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { isAlive } from './is-alive.ts'

const PROMISED_MS = 2000
const supervisors: ChildProcess[] = []
afterEach(() => {
  for (const supervisor of supervisors.splice(0)) supervisor.kill('SIGKILL')
})

test('when a supervisor is killed, its spinning children are gone within 2 s', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'hotline-orphans-'))
  const files = ['a', 'b'].map((name) => path.join(folder, name))
  const supervisor = fork(new URL('./actors/supervisor.ts', import.meta.url), files, { stdio: 'ignore' })
  supervisors.push(supervisor)
  const pids = await vi.waitFor(() => Promise.all(files.map(pidOf)), { timeout: 30_000, interval: 50 })
  expect(pids.every(isAlive)).toBe(true)

  supervisor.kill('SIGKILL')
  const killedAt = performance.now()
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), { timeout: 10_000, interval: 10 })
  expect(performance.now() - killedAt).toBeLessThan(PROMISED_MS)
  await rm(folder, { recursive: true })
}, 60_000)

/** Rejects while the file is being written. */
async function pidOf(file: string): Promise<number> {
  const pid = Number((await readFile(file, 'utf8')).split(' ')[0])
  if (!(pid > 0)) throw new Error(`${file} names no process yet.`)
  return pid
}
