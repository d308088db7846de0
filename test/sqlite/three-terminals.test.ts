/** With no server and no configuration, three terminals find each other through one file. */
import { execFile } from 'node:child_process'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { serverSuite } from '../server-suite.ts'
import { findProgram } from '../servers/find-program.ts'
import { newFolder } from './sqlite-stage.ts'

const hasTmux = await findProgram({ program: 'tmux', package: 'tmux' })

const PATIENCE_MS = 60_000
const NODE = `${process.execPath} --conditions=@hotline/source`
const fileOf = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const HOTLINE = `${NODE} ${fileOf('packages/cli/src/hotline.ts')}`
/** What is typed into each, and what the shell keeps of what it shows. */
const TERMINALS = {
  worker: `${HOTLINE} worker ${fileOf('examples/quickstart/handlers.ts')} --concurrency 1`,
  events: `${HOTLINE} events --from start --json`,
  script: `${NODE} ${fileOf('examples/quickstart/enqueue.ts')}`,
} as const

serverSuite(
  'tmux',
  hasTmux,
)(() =>
  test('a worker, a script and the events in three terminals', { timeout: 2 * PATIENCE_MS }, async () => {
    const folder = await newFolder()
    const tmux = (...args: string[]) =>
      promisify(execFile)('tmux', ['-S', path.join(folder, 'tmux'), '-f', '/dev/null', ...args])
    onTestFinished(async () => {
      await tmux('kill-server').catch(() => {})
      await vi.waitFor(() => rm(folder, { recursive: true, force: true }), { timeout: 20_000 })
    })
    const said = async (name: string) => readFile(path.join(folder, `${name}.txt`), 'utf8').catch(() => '')

    for (const [index, [name, command]] of Object.entries(TERMINALS).entries()) {
      const script = path.join(folder, `${name}.sh`)
      await writeFile(
        script,
        `cd ${folder}; unset HOTLINE_URL; ${command} 2>&1 | tee ${folder}/${name}.txt\n`,
      )
      const how = index === 0 ? ['new-session', '-d', '-x', '120', '-y', '40'] : ['new-window', '-d']
      await tmux(...how, '-n', name, `sh ${script}; sleep 600`)
    }

    await vi.waitFor(async () => expect(await said('script')).toContain('{ area: 2'), {
      timeout: PATIENCE_MS,
    })
    await vi.waitFor(
      async () => expect(await said('events')).toMatch(/"task":"integrate".*"type":"job.succeeded"/),
      { timeout: PATIENCE_MS },
    )
    await vi.waitFor(async () => expect(await said('worker')).toMatch(/job.succeeded .* integrate/), {
      timeout: PATIENCE_MS,
    })
    const databases = (await readdir(folder)).filter((name) => name.endsWith('.db'))
    expect(databases).toEqual(['hotline.db'])
  }),
)
