/** What SQLite and the file system say, as the errors of hotline: what failed, on what, and what to do now. */
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { BackpressureError, HotlineError, TransportError } from '@hotline/core'

/** Primary result codes, as https://sqlite.org/rescode.html has them. */
const CODES = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const

/** Whether another process is at it just now, so that a moment later may do. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error)
  return code === CODES.busy || code === CODES.locked
}

/** The error to throw. What is none of SQLite's stays as it is. */
export function troubleOf(error: unknown, what: string, file: string): unknown {
  if (error instanceof HotlineError) return error
  const code = primaryCode(error)
  if (code === undefined) return error
  const facts = { transport: 'sqlite', cause: error }
  if (code === CODES.busy || code === CODES.locked)
    return new BackpressureError({
      ...facts,
      problem: `cannot ${what}, since another process is writing to ${file} all the while`,
      cure: 'Nothing was stored. End what keeps it locked, such as a shell with an open transaction or a backup, or give a longer `lockTimeout`.',
    })
  if (code === CODES.full)
    return new BackpressureError({
      ...facts,
      problem: `cannot ${what}, since the disk of ${file} is full`,
      cure: 'Nothing was stored. Free some space; it goes on by itself.',
    })
  return new TransportError({ ...facts, ...describe(code, what, file, error) })
}

function describe(
  code: number,
  what: string,
  file: string,
  error: unknown,
): { readonly problem: string; readonly cure: string } {
  const problem = `cannot ${what} in ${file}`
  const said = error instanceof Error ? error.message : String(error)
  if (code === CODES.cannotOpen) return whyNotOpened(file)
  if (code === CODES.readOnly)
    return {
      problem: `${problem}, which may not be written`,
      cure: 'Give this user the right to write the file and its folder, or name a file on a disk that is not read-only.',
    }
  if (code === CODES.notADatabase)
    return { problem: `${file} is no SQLite database`, cure: 'Name another file; this one was left alone.' }
  if (code === CODES.corrupt)
    return {
      problem: `${problem}: the file is damaged (${said})`,
      cure: 'Stop all that use it, and put a backup in its place. `sqlite3 FILE .recover` may save what is in it.',
    }
  if (code === CODES.ioError)
    return {
      problem: `${problem}: reading or writing failed (${said})`,
      cure: 'Look at the disk, and whether it is one of this machine: SQLite needs one.',
    }
  return {
    problem: `${problem}: ${said}`,
    cure: 'Look at the cause; a program that is not hotline may have changed the file.',
  }
}

/** SQLite says only that it could not. */
function whyNotOpened(file: string): { readonly problem: string; readonly cure: string } {
  const folder = path.dirname(file)
  if (!existsSync(folder))
    return { problem: `the folder ${folder} is missing`, cure: 'Make it, or name a file elsewhere.' }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    return { problem: `${file} is a folder`, cure: 'Name a file, such as `hotline.db` in it.' }
  return {
    problem: `${file} cannot be opened for writing`,
    cure: `Give this user the right to write the file and its folder ${folder}, or name a file elsewhere.`,
  }
}

/** The file has another place in the file system than when it was opened, or none. */
export function goneError(file: string): TransportError {
  return new TransportError({
    transport: 'sqlite',
    problem: `${file} was deleted or replaced while it was open`,
    cure: 'Nothing was stored. Put it back, or end all processes that use it and start them anew.',
  })
}

export function foreignError(file: string): TransportError {
  return new TransportError({
    transport: 'sqlite',
    problem: `${file} is a database of something else`,
    cure: 'Name another file; this one was left alone.',
  })
}

export function newerError(file: string, found: number, known: number): TransportError {
  return new TransportError({
    transport: 'sqlite',
    problem: `the schema in ${file} has version ${found}, and this SDK knows ${known} at most`,
    cure: 'Upgrade @hotline/sqlite in this process; nothing was changed.',
  })
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
}
