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

type Command = 'npm test' | 'npm run demo'

/**
 * What each Node has to show: that it installs everything for its first command, and that the other command works too. Each
 * command comes first once. As `scripts/run.mjs` installs the same for every command, two installs (15 to 30 s each) show
 * what four would.
 */
const nodes: readonly { node: string; searchPath: string; commands: readonly [Command, Command] }[] = [
  {
    node: `the Node of this machine, ${nodeVersion(machinePath)}`,
    searchPath: machinePath,
    commands: ['npm test', 'npm run demo'],
  },
  {
    node: `a new Node, ${nodeVersion(newPath)}`,
    searchPath: newPath,
    commands: ['npm run demo', 'npm test'],
  },
]
const commandLines: Record<Command, { readonly args: readonly string[]; readonly says: RegExp }> = {
  'npm test': {
    args: ['test', '--', 'test/package-manifests.test.ts'],
    says: /^\d+ passed, 0 failed$/m,
  },
  'npm run demo': {
    args: ['run', 'demo', '--', '--size', '240x160', '--jobs', '12'],
    says: /^ *The bound held/m,
  },
}

describe.each(nodes)('a fresh clone, an empty HOME, npm and $node', ({ searchPath, commands }) => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'hotline-clone-'))
    execFileSync('git', ['clone', '--quiet', root, path.join(directory, 'clone')])
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  const run = (program: string, ...args: readonly string[]): string =>
    execFileSync(program, args, {
      cwd: path.join(directory, 'clone'),
      env: emptyEnvironment(searchPath, path.join(directory, 'home')),
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    })

  it(`runs ${commands.join(', then ')}, and stays clean`, { timeout: LIMIT_MS }, () => {
    for (const command of commands) {
      const { args, says } = commandLines[command]
      expect(run('npm', ...args), command).toMatch(says)
    }
    expect(run('git', 'status', '--porcelain')).toBe('')
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
