/** `hotline prove` from the command line, with workers that are processes of their own. One body for all backends. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const HOTLINE = fileURLToPath(new URL('../../packages/cli/src/hotline.ts', import.meta.url))
const LOAD = ['--jobs', '12', '--cpu', '50ms', '--memory', '1mb', '--workers', '2', '--concurrency', '1']

/** A backend of the test's own. */
export interface ProvingStage extends AsyncDisposable {
  /** Missing: what the command takes by itself. */
  readonly url?: string | undefined
  /** Where the command runs. */
  readonly folder?: string | undefined
  /** What there is on it that was not there before, in its own terms. */
  remains(): Promise<readonly string[]>
}

export function proved(name: string, create: () => Promise<ProvingStage>): void {
  test.each([
    ['as it is', []],
    ['with --kill', ['--kill']],
  ])(
    `prove %s holds on ${name}, and leaves nothing`,
    async (_, kill) => {
      await using stage = await create()
      const url = stage.url === undefined ? [] : ['--url', stage.url]
      const argv = ['--conditions=@hotline/source', HOTLINE, 'prove', ...url, ...LOAD, ...kill, '--json']
      const { HOTLINE_URL: _url, ...env } = process.env
      const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd: stage.folder, env })
      expect(JSON.parse(stdout)).toMatchObject({
        ...{ ok: true, jobs: 12, succeeded: 12, lost: 0, duplicates: 0, gaps: 0, limit: 2, peakHeldIdle: 0 },
        violations: [],
      })
      expect(await stage.remains()).toEqual([])
    },
    120_000,
  )
}
