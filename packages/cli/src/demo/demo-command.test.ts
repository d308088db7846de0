import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { prove } from '@hotline/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exitOf } from './demo-command.ts'
import { TRIALS } from './trial.ts'

const HOTLINE = fileURLToPath(new URL('../hotline.ts', import.meta.url))
const SMALL = ['--size', '120x80', '--jobs', '12', '--concurrency', '2']
const PATIENCE_MS = 60_000

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hotline-demo-'))
})
afterAll(() => rm(folder, { recursive: true }))

function argv(...args: string[]): string[] {
  return ['--conditions=@hotline/source', HOTLINE, 'demo', ...args]
}

function demo(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, argv(...args), { timeout: PATIENCE_MS, cwd: folder })
}

describe('the demo', { timeout: PATIENCE_MS }, () => {
  test('leaves a poster, brings each kind of job to its end, and proves the bound', async () => {
    const { stdout } = await demo(...SMALL, '--json', '--out', 'small.png')
    const document = JSON.parse(stdout)
    expect(document.trials.map(({ task, state }: { task: string; state: string }) => [task, state])).toEqual(
      TRIALS.map(({ task, state }) => [task.name, state]),
    )
    expect(document.trials.every(({ asExpected }: { asExpected: boolean }) => asExpected)).toBe(true)
    expect(document.proof).toMatchObject({
      ok: true,
      jobs: TRIALS.length + 12,
      lost: 0,
      duplicates: 0,
      gaps: 0,
    })
    expect(document.proof).toMatchObject({ limit: 2, peakRunning: 2, peakHeldIdle: 0, violations: [] })
    const png = await readFile(path.join(folder, 'small.png'))
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([120, 80])
  })

  test('writes plain lines to a pipe: progress, a table with errors, the proof, the file', async () => {
    const { stdout } = await demo(...SMALL)
    expect(stdout).not.toContain('\x1b')
    expect(stdout).toMatch(/poster 100 % {2}running 0 of 2 {2}waiting 0/)
    expect(stdout).toMatch(/^flaky +throws twice, then works +succeeded +3\n +HANDLER_ERROR: /m)
    expect(stdout).toMatch(/^greedy-buffer .* failed +1\n +MEMORY_LIMIT, then JOB_POISONED: .*160 MiB/m)
    expect(stdout).toMatch(/^stubborn .* cancelled +1\n +JOB_CANCELLED: SIGTERM after \d+ ms/m)
    expect(stdout).toMatch(/^proof {2}22 jobs in 26 attempts · lost 0 · duplicates 0 · gaps 0\n/m)
    expect(stdout).toMatch(
      /^ +peak running 2 of 2 · held minus running 0\n +makespan .* ideal list schedule /m,
    )
    expect(stdout).toMatch(/The bound held\..*\nposter poster\.png\n$/)
  })

  test('says what is wrong when the backend is out of reach, and starts nothing', async () => {
    await expect(demo('--url', 'redis://:secret@127.0.0.1:1')).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^hotline: redis: .*out of reach.*ECONNREFUSED(?!.*secret).*\n$/),
    })
  })

  test('ends at Ctrl-C with 130, without a poster and without a process left behind', async () => {
    const running = spawn(process.execPath, argv('--concurrency', '2', '--out', 'never.png'), { cwd: folder })
    await until(running, /running 2 of 2/)
    const children = childrenOf(running.pid ?? 0)
    expect(children.length).toBeGreaterThanOrEqual(2)
    running.kill('SIGINT')
    const [code] = await once(running, 'exit', { signal: AbortSignal.timeout(20_000) })
    expect(code).toBe(130)
    expect(children.filter(isAlive)).toEqual([])
    await expect(readFile(path.join(folder, 'never.png'))).rejects.toThrow('ENOENT')
  })

  test.each([
    [['--size', '10x10'], '--size is "10x10".'],
    [['--size', 'big'], '--size is "big".'],
    [['--jobs', '0'], '--jobs is "0".'],
  ])('refuses %o with exit code 2', async (args, problem) => {
    await expect(demo(...args)).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(problem) })
  })

  test('refuses a folder that is not there before it starts to work', async () => {
    await expect(demo('--out', 'no/such/folder.png')).rejects.toMatchObject({ code: 1, stdout: '' })
  })
})

test('a proof that fails is exit code 1', () => {
  const proof = prove([])
  expect(exitOf({ proof, trials: [], tiles: 0 })).toBe(0)
  expect(exitOf({ proof: { ...proof, ok: false, verdict: 'refuted' }, trials: [], tiles: 0 })).toBe(1)
  expect(exitOf({ proof, trials: [], tiles: 1 })).toBe(1)
})

async function until(child: ChildProcess, pattern: RegExp): Promise<void> {
  let text = ''
  for await (const piece of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    text += String(piece)
    if (pattern.test(text)) break
  }
  child.stdout?.resume()
}

/** n.b. small containers have no `ps`. */
function childrenOf(parent: number): number[] {
  const file = `/proc/${parent}/task/${parent}/children`
  if (existsSync(file)) return readFileSync(file, 'utf8').trim().split(' ').map(Number)
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number))
  return pairs.flatMap(([pid = 0, ppid]) => (ppid === parent ? [pid] : []))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
