import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** Conditions of one subpath, or the path itself. */
type Target = string | Record<string, string>

interface Manifest {
  readonly name: string
  readonly type: string
  readonly engines: { readonly node: string }
  readonly exports: Record<string, Target>
  readonly publishConfig: { readonly exports: Record<string, Target> }
  readonly dependencies?: Record<string, string>
}

const packages = new URL('../packages/', import.meta.url)
const manifests = readdirSync(packages).map((directory): [string, Manifest] => [
  directory,
  JSON.parse(readFileSync(new URL(`${directory}/package.json`, packages), 'utf8')),
])

describe.each(manifests)('packages/%s', (directory, manifest) => {
  it('is named after its directory, ESM only, for Node 22.18 and later', () => {
    expect(manifest).toMatchObject({
      name: `@hotline/${directory}`,
      type: 'module',
      engines: { node: '>=22.18' },
    })
  })

  it('resolves to sources first in the repository and never once published', () => {
    const published = Object.entries(manifest.publishConfig.exports)
    expect(Object.keys(manifest.exports)).toEqual(published.map(([subpath]) => subpath))
    for (const [subpath, target] of published) {
      const local = manifest.exports[subpath]
      if (typeof local !== 'object') continue
      expect(Object.keys(local)[0]).toBe('@hotline/source')
      expect(target).toEqual({ types: local.types, default: local.default })
    }
  })

  it('depends on its siblings by workspace range and on all else by the catalog', () => {
    for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
      expect(range, name).toBe(name.startsWith('@hotline/') ? 'workspace:^' : 'catalog:')
    }
  })
})

it('processes that a test starts run the sources, too', () => {
  const program = "console.log(import.meta.resolve('@hotline/core'))"
  const args = [...process.execArgv, '--input-type=module', '--eval', program]
  const resolved = execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' })
  expect(resolved.trim()).toBe(new URL('core/src/index.ts', packages).href)
})
