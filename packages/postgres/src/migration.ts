/**
 * The schema of hotline, made and brought up to date. All of it is one script in one transaction behind a lock, so that
 * processes that start at once do it once, and what fails leaves nothing half done.
 *
 *   nothing there --script--> version 1 (pg-boss's tables in a schema of their own, then ours)
 *   version n < ours --script--> ours        version n > ours --> refused: an older SDK would not understand it
 */
import { readFileSync } from 'node:fs'
import { TransportError } from '@hotline/core'
import { getConstructionPlans, getMigrationPlans } from 'pg-boss'
import bossPackage from 'pg-boss/package.json' with { type: 'json' }
import type { Row } from './database.ts'
import { bossSchemaOf, withSchemas } from './sql-shelf.ts'

/** What this SDK reads and writes. One file of `migrations/` leads to each version. */
const MIGRATIONS = ['001-jobs-and-events'] as const
export const SCHEMA_VERSION: number = MIGRATIONS.length

/** What is installed; undefined where nothing is. */
export interface Installed {
  readonly ours: number | undefined
  readonly boss: number | undefined
}

const BOSS_VERSION: number = bossPackage.pgboss.schema

/** Looks which versions are there, in a database whose `server.sql` told what tables it has. */
export async function installedIn(
  schema: string,
  facts: Row | undefined,
  ask: (text: string) => Promise<readonly Row[]>,
): Promise<Installed> {
  const version = (is: unknown, name: string) =>
    is === true ? `(select max(version) from ${name}.version)` : 'null'
  const ours = version(facts?.has_ours, schema)
  const boss = version(facts?.has_boss, bossSchemaOf(schema))
  const [row] = await ask(`select ${ours} as ours, ${boss} as boss`)
  const number = (value: unknown) => (value === null || value === undefined ? undefined : Number(value))
  return { ours: number(row?.ours), boss: number(row?.boss) }
}

/**
 * Whether there is something to do.
 * @throws TransportError for a schema that is newer than this SDK
 */
export function needsMigration(schema: string, { ours, boss }: Installed): boolean {
  if ((ours ?? 0) > SCHEMA_VERSION) throw newerError(`schema ${schema}`, ours, SCHEMA_VERSION)
  if ((boss ?? 0) > BOSS_VERSION)
    throw newerError(`schema ${bossSchemaOf(schema)} of pg-boss`, boss, BOSS_VERSION)
  return ours !== SCHEMA_VERSION || boss !== BOSS_VERSION
}

/** The whole script. It may be run any number of times: what is there already is left alone. */
export function migrationScript(schema: string, boss?: number): string {
  const steps = MIGRATIONS.map((name, index) => {
    const file = readFileSync(new URL(`./migrations/${name}.sql`, import.meta.url), 'utf8')
    const condition =
      index === 0
        ? `to_regclass('${schema}.version') is null`
        : `(select version from ${schema}.version) = ${index}`
    const head = index === 0 ? `create schema if not exists ${schema};\n` : ''
    return step(condition, head + withSchemas(file, schema))
  })
  return [
    'begin;',
    `set local lock_timeout = '30s';`,
    `select pg_advisory_xact_lock(hashtextextended('hotline ${schema}', 0));`,
    ...bossSteps(bossSchemaOf(schema), boss),
    ...steps,
    'commit;',
    '',
  ].join('\n')
}

/** pg-boss's own plans, in this transaction instead of theirs. */
function bossSteps(schema: string, boss: number | undefined): string[] {
  const fresh = step(`to_regclass('${schema}.version') is null`, inner(getConstructionPlans(schema)))
  if (boss === undefined || boss >= BOSS_VERSION) return [fresh]
  const condition = `(select version from ${schema}.version) = ${boss}`
  return [fresh, step(condition, inner(getMigrationPlans(schema, boss)))]
}

function inner(plans: string): string {
  return plans.replace(/^\s*BEGIN;/, '').replace(/COMMIT;\s*$/, '')
}

function step(condition: string, statements: string): string {
  return `do $hotline$ begin if ${condition} then execute $hotline_step$\n${statements}\n$hotline_step$; end if; end $hotline$;`
}

function newerError(what: string, found: number | undefined, known: number): TransportError {
  return new TransportError({
    transport: 'postgres',
    problem: `the ${what} has version ${found}, and this SDK knows ${known} at most`,
    cure: 'Upgrade @hotline/postgres in this process; nothing was changed.',
  })
}
