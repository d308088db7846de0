/**
 * The tables, made and brought up to date in one transaction, so that processes that start at once do it once.
 *
 *   empty file --migrations--> version 1        version n > ours --> refused: an older SDK would not understand it
 *   tables of something else --> refused
 */
import { readFileSync } from 'node:fs'
import type { DatabaseFile } from './database-file.ts'
import { foreignError, newerError } from './file-trouble.ts'

/** What this SDK reads and writes. One file of `migrations/` leads to each version. */
const MIGRATIONS = ['001-jobs-and-events'] as const
/** `hotl`, in the header of the file: https://sqlite.org/pragma.html#pragma_application_id */
const APPLICATION = 0x686f746c

/** @throws TransportError for a file of something else, or of a newer hotline */
export function ensureSchema(file: DatabaseFile): void {
  if (versionOf(file) === MIGRATIONS.length) return
  file.transaction(() => {
    for (const name of MIGRATIONS.slice(versionOf(file)))
      file.script(readFileSync(new URL(`./migrations/${name}.sql`, import.meta.url), 'utf8'))
    file.script(`pragma application_id = ${APPLICATION}; pragma user_version = ${MIGRATIONS.length}`)
  })
}

function versionOf(file: DatabaseFile): number {
  const version = file.pragma('user_version')
  if (file.pragma('application_id') !== APPLICATION) {
    if (version !== 0 || file.hasTables) throw foreignError(file.path)
    return 0
  }
  if (version > MIGRATIONS.length) throw newerError(file.path, version, MIGRATIONS.length)
  return version
}
