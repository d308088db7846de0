import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { run } from '../testing/captured-io.ts'
import { loadsOf } from './load-plan.ts'

const SMALL = ['--url', 'memory:', '--jobs', '6', '--cpu', '20ms', '--memory', '1mb', '--concurrency', '1']

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'hotline-prove-'))
  onTestFinished(() => rm(made, { recursive: true }))
  return made
}

test('a load on real workers is proved, as JSON and as a page', { timeout: 60_000 }, async () => {
  const report = path.join(await folder(), 'proof.html')
  const { exit, out } = await run(['prove', ...SMALL, '--json', '--report', report])
  const proof = JSON.parse(out)
  expect(proof).toMatchObject({
    ...{ ok: true, verdict: 'proved', jobs: 6, succeeded: 6, lost: 0, duplicates: 0, gaps: 0 },
    ...{ peakRunning: 2, limit: 2, peakHeldIdle: 0, violations: [] },
    plan: { jobs: 6, cpuMs: 20, bytes: 1_000_000, workers: 2, concurrency: 1, kill: false },
  })
  expect([proof.makespanMs, proof.idealMs, proof.efficiency, proof.peakRss]).toEqual([
    ...Array.from({ length: 4 }, () => expect.any(Number)),
  ])
  expect(exit).toBe(0)
  const page = await readFile(report, 'utf8')
  expect(page).toContain('The bound held.')
  expect(page.match(/<rect class="succeeded" x=/g)).toHaveLength(6)
})

test('what cannot be is refused before anything is started', async () => {
  for (const [args, text] of [
    [['--url', 'memory:', '--kill'], '--kill is for workers that are processes'],
    [['--url', 'memory:', '--memory', '900 GiB'], 'jobs at once would take'],
    [['--url', 'memory:', '--memory', 'much'], '`--memory` is "much"'],
    [['--url', 'memory:', '--jobs', '1000000'], '--jobs is 1000000.'],
  ] as const) {
    const { exit, out, err } = await run(['prove', ...args])
    expect([exit, out, err.includes(text)], err).toEqual([2, '', true])
  }
  const { exit, out } = await run(['prove', ...SMALL, '--report', '/no/such/folder/proof.html'])
  expect([exit, out]).toEqual([1, ''])
})

test('the lengths are mixed, the same for each run, and as long as asked for on average', () => {
  const plan = { jobs: 100, cpuMs: 200, bytes: 1, workers: 1, concurrency: 1, kill: false }
  const lengths = loadsOf(plan).map(({ cpuMs }) => cpuMs)
  expect(loadsOf(plan)).toEqual(loadsOf(plan))
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(100)
  expect(Math.max(...lengths)).toBeLessThanOrEqual(300)
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length
  expect(Math.abs(mean - 200)).toBeLessThan(5)
})
