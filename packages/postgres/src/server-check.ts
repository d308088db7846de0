import { TransportError } from '@hotline/core'
import type { Row } from './database.ts'

/** What a server told of itself. */
export interface ServerFacts {
  /** Such as `PostgreSQL 15.4`. */
  readonly version: string
  readonly hasSchema: boolean
  readonly mayCreate: boolean
  readonly who: string
  readonly place: string
  readonly warnings: readonly string[]
}

const OLDEST = 130_000

/** Judges a server by the answer of `server.sql`. @throws TransportError for one that is too old */
export function judgeServer([row]: readonly Row[]): ServerFacts {
  const version = `PostgreSQL ${String(row?.version ?? 'of an unknown version')}`
  if (Number(row?.number ?? 0) < OLDEST) {
    const problem = `the server is ${version}, and hotline needs 13 or later`
    throw new TransportError({
      transport: 'postgres',
      problem,
      cure: 'Upgrade the server; nothing was changed.',
    })
  }
  return {
    version,
    hasSchema: row?.has_schema === true,
    mayCreate: row?.may_create === true,
    who: String(row?.who),
    place: String(row?.place),
    warnings: warningsOf(version, row),
  }
}

function warningsOf(version: string, row: Row | undefined): string[] {
  const lost = 'so jobs that were acknowledged are gone when it restarts'
  if (row?.fsync === 'off')
    return [`${version} runs with fsync off, ${lost} after a crash of its machine; set \`fsync = on\``]
  if (row?.commit === 'off')
    return [
      `${version} commits asynchronously, ${lost} after a crash; set \`synchronous_commit = on\` for this role`,
    ]
  return []
}

/** For a schema that is not there, and may not be made. */
export function mayNotCreate(schema: string, { who, place }: ServerFacts): TransportError {
  return new TransportError({
    transport: 'postgres',
    problem: `the schema ${schema} is not there, and the user ${who} may not create one in the database ${place}`,
    cure: MIGRATE,
  })
}

/** For a schema that this user may not bring up to date. */
export function mayNotMigrate(schema: string, cause: unknown): TransportError {
  return new TransportError({
    transport: 'postgres',
    problem: `the schema ${schema} has to be made or brought up to date, and this user may not`,
    cure: MIGRATE,
    cause,
  })
}

const MIGRATE =
  'Run `hotline migrate --url …` as a user that may, or have a DBA run what `hotline migrate --print` shows; nothing was changed.'
