import { postgres } from '@hotline/postgres'
import type { Land } from '../ground.ts'
import { dropSchemas } from '../peers/reachable-postgres.ts'

/** A schema of a PostgreSQL. */
export function postgresLand(connectionString: string, name: string): Land {
  const schema = `bench_${name}_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
  return {
    connect: () => postgres({ connectionString, schema }),
    clear: () => dropSchemas(connectionString, schema, `${schema}_boss`),
  }
}
