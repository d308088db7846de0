import { randomBytes } from 'node:crypto'
import { postgres } from '@hotline/postgres'
import { addressOf, urlTo } from '../server-address.ts'
import { serverSuite } from '../server-suite.ts'
import { asAdministrator } from '../servers/private-postgres.ts'
import type { CreateStage } from '../stage.ts'

/** The PostgreSQL of this test run; `servers/setup.ts` found it. Empty where there is none, and the tests are left out. */
export const POSTGRES_URL: string = process.env.POSTGRES_URL ?? ''

export const describePostgres: (body: () => void) => void = serverSuite('postgres', POSTGRES_URL !== '')

/** A schema of its own on a server; each connection is a transport of its own. */
export function postgresStageOn(url: string): CreateStage {
  return async ({ leaseMs, retentionMs }) => {
    const settings = { schema: newSchema(), lease: leaseMs, retention: retentionMs }
    return {
      connect: (address) => postgres({ ...settings, connectionString: urlTo(url, address) }),
      end: () => dropSchema(url, settings.schema),
      address: addressOf(url, 5432),
    }
  }
}

export const postgresStage: CreateStage = postgresStageOn(POSTGRES_URL)

export function newSchema(): string {
  return `test_${randomBytes(8).toString('hex')}`
}

export async function dropSchema(url: string, schema: string): Promise<void> {
  await asAdministrator(
    url,
    `set client_min_messages = error; drop schema if exists ${schema} cascade; drop schema if exists ${schema}_boss cascade`,
  )
}

/** The schemas that somebody has made on a server. */
export async function schemasOf(url: string): Promise<string[]> {
  const rows = await asAdministrator(
    url,
    `select nspname from pg_namespace where nspname !~ '^pg_|^information_schema$|^public$' order by nspname`,
  )
  return rows.map((row) => String(Object(row).nspname))
}
