import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

test('prints where the job ran and its result, and ends by itself', async () => {
  const args = ['--conditions=@hotline/source', main]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 25_000 })
  expect(stderr).toBe('')
  const [where, result = ''] = stdout.trim().split('\n')
  expect(where).toMatch(/^integrate runs in process \d+$/)
  const area = Number(/^\{ area: ([\d.]+) \}$/.exec(result)?.[1])
  expect(area).toBeCloseTo(2, 6)
})
