import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

// Needs the network and some minutes, so it runs where CI=true alone.

const root = path.dirname(import.meta.dirname)
const LIMIT_MS = 300_000

/** Where programs are found without this repository's own toolchain and dependencies. */
const machinePath = (process.env.PATH ?? '')
  .split(path.delimiter)
  .filter((directory) => !directory.startsWith(`${root}${path.sep}`))
  .join(path.delimiter)
const newPath = [path.dirname(process.execPath), machinePath].join(path.delimiter)

/** npm looks for the machine's settings beside Node, so another Node must be told where they are. */
const machineSettings = execFileSync('npm', ['config', 'get', 'globalconfig'], {
  env: { PATH: machinePath },
  encoding: 'utf8',
}).trim()

const nodes = [
  { node: `the Node of this machine, ${nodeVersion(machinePath)}`, searchPath: machinePath },
  { node: `a new Node, ${nodeVersion(newPath)}`, searchPath: newPath },
]

describe.each(nodes)('a fresh clone, an empty HOME, npm and $node', ({ searchPath }) => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'hotline-clone-'))
    execFileSync('git', ['clone', '--quiet', root, path.join(directory, 'clone')])
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  const npm = (...args: string[]): string =>
    execFileSync('npm', args, {
      cwd: path.join(directory, 'clone'),
      env: emptyEnvironment(searchPath, path.join(directory, 'home')),
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    })

  it('runs npm test as its first command and stays clean', { timeout: LIMIT_MS }, () => {
    expect(npm('test', '--', 'test/package-manifests.test.ts')).toMatch(/^\d+ passed, 0 failed$/m)
    expect(
      execFileSync('git', ['status', '--porcelain'], {
        cwd: path.join(directory, 'clone'),
        encoding: 'utf8',
      }),
    ).toBe('')
  })

  it('runs npm run demo as its first command', { timeout: LIMIT_MS }, () => {
    npm('run', 'demo')
  })
})

function nodeVersion(searchPath: string): string {
  const env = { PATH: searchPath }
  return execFileSync('node', ['--version'], { env, encoding: 'utf8' }).trim()
}

/** What a machine needs to reach its registry, and nothing of this run. */
function emptyEnvironment(searchPath: string, home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) =>
    /cert|_ca_|cainfo|proxy|^(TMPDIR|LANG)$/i.test(name),
  )
  return {
    ...Object.fromEntries(kept),
    PATH: searchPath,
    HOME: home,
    npm_config_globalconfig: machineSettings,
  }
}
