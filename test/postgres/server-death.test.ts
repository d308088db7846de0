import { serverDeath } from '../bodies/server-death.ts'
import { asAdministrator, PrivatePostgres } from '../servers/private-postgres.ts'
import { describePostgres, postgresStageOn } from './postgres-stage.ts'

/** A crash of a cluster takes a worker's connections and plans with it: on a busy machine it is back after seconds. */
const LEASES = 3

describePostgres(() =>
  serverDeath('postgres', async ({ persistent, ...wanted }) => {
    const server = await PrivatePostgres.start(persistent ? {} : { fsync: 'off' })
    const stage = await postgresStageOn(server.url)({ ...wanted, leaseMs: LEASES * wanted.leaseMs })
    return {
      ...stage,
      kill: () => server.kill(),
      start: async () => {
        // What was not synced is gone with the machine.
        if (!persistent) await server.empty()
        await server.start()
      },
      wipe: async () => {
        const rows = await asAdministrator(
          server.url,
          `select format('drop schema %I cascade', nspname) as text from pg_namespace where nspname ~ '^test_'`,
        )
        for (const row of rows) await asAdministrator(server.url, String(Object(row).text))
      },
      end: () => server[Symbol.asyncDispose](),
    }
  }),
)
