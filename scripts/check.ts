// `npm run check`: everything that can be said about the code without running it.
// Each step runs whatever the ones before it said; the output of a step is shown only when it fails.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const root = path.dirname(import.meta.dirname)
const packages = readdirSync(path.join(root, 'packages'))
const tarballs = mkdtempSync(path.join(tmpdir(), 'hotline-pack-'))

interface Step {
  readonly name: string
  readonly check: () => void
}

const steps: readonly Step[] = [
  { name: 'format and lint', check: () => run('biome', 'check', '--error-on-warnings', '.') },
  { name: 'direction of imports', check: () => run('node', 'scripts/check-imports.ts') },
  { name: 'repository rules', check: () => run('node', 'scripts/check-repository.ts') },
  { name: 'build', check: () => run('pnpm', 'run', '_build') },
  {
    name: 'types of tests, examples, bench, scripts',
    check: () => run('tsc', '--project', 'tsconfig.test.json'),
  },
  { name: 'built packages load', check: () => forEachPackage(load) },
  { name: 'unused code and dependencies', check: () => run('knip') },
  { name: 'pack', check: () => forEachPackage(pack) },
  {
    name: 'manifests of the tarballs',
    check: () => forEachPackage((name) => run('publint', '--strict', tarball(name))),
  },
  { name: 'types of the tarballs', check: () => forEachPackage(checkPublishedTypes) },
]

class StepFailed extends Error {}

const failed = steps.filter((step) => !passes(step)).map((step) => step.name)
rmSync(tarballs, { recursive: true, force: true })
console.log(failed.length === 0 ? 'check: all good' : `check: failed: ${failed.join('; ')}`)
process.exitCode = failed.length === 0 ? 0 : 1

function passes({ name, check }: Step): boolean {
  const start = performance.now()
  const complaint = complaintOf(check)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${complaint === undefined ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`)
  if (complaint !== undefined) console.log(`${complaint}\n`)
  return complaint === undefined
}

function complaintOf(check: () => void): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof StepFailed) return error.message
    throw error
  }
}

function forEachPackage(check: (name: string) => void): void {
  for (const name of packages) check(name)
}

/** Imports every entry point as an app does: from `dist`. A package without one is a command. */
function load(name: string): void {
  const manifest = JSON.parse(readFileSync(path.join(root, 'packages', name, 'package.json'), 'utf8'))
  const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json')
  for (const subpath of subpaths) {
    run(
      'node',
      '--input-type=module',
      '--eval',
      `await import('${path.posix.join('@hotline', name, subpath)}')`,
    )
  }
  for (const file of Object.values<string>(manifest.bin ?? {}))
    run('node', path.join('packages', name, file), '--help')
}

/** The tarball holds what npm would get: `catalog:` and `workspace:` ranges resolved, `publishConfig` applied. */
function pack(name: string): void {
  run('pnpm', '--dir', `packages/${name}`, 'pack', '--out', tarball(name))
}

function checkPublishedTypes(name: string): void {
  run('attw', '--profile', 'esm-only', tarball(name))
}

function tarball(name: string): string {
  return path.join(tarballs, `${name}.tgz`)
}

function run(command: string, ...args: string[]): void {
  // Windows starts the .cmd files of node_modules/.bin only through a shell.
  const shell = process.platform === 'win32'
  const maxBuffer = 64 * 1024 * 1024
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer,
    shell,
  })
  if (status === 0) return
  throw new StepFailed(
    `$ ${command} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`,
  )
}
