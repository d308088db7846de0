import { execFile } from 'node:child_process'
import { readdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { newFolder } from './sqlite-stage.ts'

const HOTLINE = fileURLToPath(new URL('../../packages/cli/src/hotline.ts', import.meta.url))
const LOAD = ['--jobs', '12', '--cpu', '50ms', '--memory', '1mb', '--workers', '2', '--concurrency', '1']

test.each([[], ['--kill']])(
  'prove %s holds in a file of this folder, and leaves none',
  async (...kill) => {
    const folder = await newFolder()
    onTestFinished(() => rm(folder, { recursive: true }))
    const argv = ['--conditions=@hotline/source', HOTLINE, 'prove', ...LOAD, ...kill, '--json']
    const { HOTLINE_URL: _, ...env } = process.env
    const { stdout, stderr } = await promisify(execFile)(process.execPath, argv, { cwd: folder, env })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ ok: true, jobs: 12, succeeded: 12, lost: 0, duplicates: 0, gaps: 0, limit: 2, peakHeldIdle: 0 },
      violations: [],
    })
    expect(await readdir(folder)).toEqual([])
  },
  90_000,
)
