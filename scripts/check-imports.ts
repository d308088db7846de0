// The direction of imports, as a table. Arrows never run the other way, not even for a type.
// Tests and fixtures are free: they may bring in what they test with.

import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.dirname(import.meta.dirname)

const ADAPTERS = ['redis', 'rabbitmq', 'postgres', 'sqlite']

/** package -> the siblings that it may import. Core below, pillars on it that do not know each other, the CLI on top. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  core: [],
  worker: ['core'],
  conformance: ['core'],
  dashboard: ['core'],
  ...Object.fromEntries(ADAPTERS.map((adapter) => [adapter, ['core']])),
  cli: ['core', 'worker', 'dashboard', ...ADAPTERS],
}

/** Core knows no driver and starts no process. The API of OpenTelemetry is there or is not. */
const CORE_MODULES = ['eventemitter3', '@standard-schema/spec', '@opentelemetry/api']
const CORE_FORBIDDEN = ['node:child_process', 'node:cluster', 'node:worker_threads']

/** What an event is: shapes without behaviour, which the port speaks of. */
const EVENT_SHAPES = ['events/event.ts', 'events/notice.ts']

/** room of core -> may it import that file of another room? A room that is not named here may import all but testing. */
const ROOMS: Readonly<Record<string, (other: string, file: string) => boolean>> = {
  job: (other) => !['client', 'memory', 'testing'].includes(other),
  task: (other) => !['client', 'memory', 'testing'].includes(other),
  transport: (other, file) => ['job', 'task', 'error'].includes(other) || EVENT_SHAPES.includes(file),
  events: (other) => !['client', 'memory', 'testing'].includes(other),
  observe: (other) => !['client', 'memory', 'testing'].includes(other),
  memory: (other) => !['client', 'testing'].includes(other),
  testing: () => true,
}
const otherRoom = (other: string): boolean => other !== 'testing'

interface SourceFile {
  readonly file: string
  readonly packageName: string
}

const problems = globSync('packages/*/src/**/*.ts', { cwd: root })
  .filter((file) => !/\.(test(-d)?|fixture)\.ts$/.test(file))
  .map(
    (file): SourceFile => ({
      file: file.replaceAll(path.sep, '/'),
      packageName: file.split(path.sep)[1] ?? '',
    }),
  )
  .flatMap((source) => importsOf(source).flatMap((specifier) => problemOf(source, specifier) ?? []))

for (const problem of problems) console.error(problem)
process.exitCode = problems.length === 0 ? 0 : 1

function importsOf({ file }: SourceFile): string[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  const forms = [
    /^(?:import|export)\s[\w\s{},*$]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
  ]
  return forms.flatMap((form) => [...text.matchAll(form)]).map((match) => match[1] ?? '')
}

function problemOf(source: SourceFile, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return problemOfRelative(source, specifier)
  const { file, packageName } = source
  const sibling = /^@hotline\/([^/]+)/.exec(specifier)?.[1]
  const allowed = PACKAGES[packageName] ?? []
  if (sibling !== undefined && !allowed.includes(sibling)) {
    return `${file}: ${packageName} must not import ${specifier}; its siblings are: ${allowed.join(', ') || 'none'}`
  }
  if (packageName === 'core' && !mayCoreImport(specifier)) return `${file}: core must not import ${specifier}`
  return undefined
}

function mayCoreImport(specifier: string): boolean {
  if (specifier.startsWith('node:')) return !CORE_FORBIDDEN.includes(specifier)
  return CORE_MODULES.includes(specifier)
}

function problemOfRelative({ file, packageName }: SourceFile, specifier: string): string | undefined {
  const sources = `packages/${packageName}/src/`
  const target = path.posix.join(path.posix.dirname(file), specifier)
  if (!target.startsWith(sources))
    return `${file}: ${specifier} leaves its package; import the package by name`
  if (packageName !== 'core') return undefined
  const room = roomOf(file.slice(sources.length))
  const otherFile = target.slice(sources.length)
  const other = roomOf(otherFile)
  if (room === other || (ROOMS[room] ?? otherRoom)(other, otherFile)) return undefined
  return `${file}: the room ${room} must not import the room ${other} (${specifier})`
}

/** `job/record.ts` is in the room job; `error.ts` is a room of its own. */
function roomOf(file: string): string {
  return file.replace(/\/.*|\.ts$/, '')
}
