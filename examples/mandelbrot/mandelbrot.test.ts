import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { inflateSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

test('writes the picture, a strip per job, and ends by itself', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'hotline-mandelbrot-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = path.join(folder, 'small.png')
  const args = ['--conditions=@hotline/source', main, file, '90', '60']
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 25_000 })
  expect(stderr).toBe('')
  const lines = stdout.trim().split('\n')
  expect(lines.at(-1)).toMatch(/small\.png: 90 × 60, 3 jobs, \d+ at once$/)
  const png = await readFile(file)
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([90, 60])
  const rows = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)))
  expect(rows).toHaveLength(91 * 60)
  for (const top of [0, 25, 50]) {
    expect(new Set(rows.subarray(top * 91, (top + 10) * 91)).size).toBeGreaterThan(50)
  }
})
