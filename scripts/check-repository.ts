// House rules about the files themselves: their names, their length, and what no file may hold.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.dirname(import.meta.dirname)

const MAX_LINES = 300
const VAGUE_NAME =
  /(^|[-/])(utils?|helpers?|common|managers?|impl|types|misc|shared)(\.[a-z-]+)?\.(ts|mjs|js)$/
const BINARY = /\.(png|jpe?g|gif|ico|webp|woff2?|wasm)$/
const LOCKFILE = 'pnpm-lock.yaml'

const FORBIDDEN = [
  { what: 'a path of one machine', pattern: /(?<![\w.~-])\/(work|root|home|Users)\/[\w.]/ },
  {
    what: 'the host of a package registry',
    pattern: /\b(registry\.[a-z0-9-]+\.[a-z]+|[a-z0-9-]+\.npmjs\.(org|com)|deb\.debian\.org)\b/,
  },
]

const problems = filesOfRepository().flatMap((file) => problemsOf(file))
for (const problem of problems) console.error(problem)
process.exitCode = problems.length === 0 ? 0 : 1

/** Files that are new and not yet added count; files deleted and not yet committed do not. */
function filesOfRepository(): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z']
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0')
  return listed.filter((file) => file !== '' && !BINARY.test(file) && existsSync(path.join(root, file)))
}

function problemsOf(file: string): string[] {
  const lines = readFileSync(path.join(root, file), 'utf8').split('\n')
  if (file === LOCKFILE) return addressesIn(lines)
  return [...nameProblems(file), ...lengthProblems(file, lines), ...contentProblems(file, lines)]
}

function nameProblems(file: string): string[] {
  return VAGUE_NAME.test(file) ? [`${file}: name the noun that the file is about`] : []
}

function lengthProblems(file: string, lines: string[]): string[] {
  const tooLong = /\.(ts|mjs|js)$/.test(file) && lines.length > MAX_LINES
  return tooLong ? [`${file}: ${lines.length} lines; the most is ${MAX_LINES}`] : []
}

function contentProblems(file: string, lines: string[]): string[] {
  return lines.flatMap((line, index) =>
    FORBIDDEN.filter(({ pattern }) => pattern.test(line)).map(
      ({ what }) => `${file}:${index + 1}: ${what}: ${line.trim()}`,
    ),
  )
}

/** The lockfile pins content by hash; an address would tie every install to one mirror. */
function addressesIn(lines: string[]): string[] {
  return lines.flatMap((line, index) =>
    /https?:\/\/|tarball:/.test(line) ? [`${LOCKFILE}:${index + 1}: a download address: ${line.trim()}`] : [],
  )
}
