import { PrivatePostgres, postgresProgram, probePostgres } from './private-postgres.ts'
import type { ServerKind } from './server-kind.ts'

export const postgresKind: ServerKind = {
  name: 'PostgreSQL',
  variable: 'POSTGRES_URL',
  localUrl: 'postgres://postgres@127.0.0.1:5432/postgres',
  probe: probePostgres,
  // Looked up each time, as it may be installed meanwhile.
  get program() {
    return postgresProgram('postgres')
  },
  startPrivate: async () => {
    const server = await PrivatePostgres.start()
    return { url: server.url, stop: () => server[Symbol.asyncDispose]() }
  },
  packages: { 'apt-get': 'postgresql', apk: 'postgresql16' },
  service: 'postgres',
}
