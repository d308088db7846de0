import { proved } from '../bodies/proved.ts'
import { PrivatePostgres } from '../servers/private-postgres.ts'
import { describePostgres, schemasOf } from './postgres-stage.ts'

describePostgres(() =>
  proved('postgres', async () => {
    const server = await PrivatePostgres.start()
    return {
      url: server.url,
      remains: () => schemasOf(server.url),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    }
  }),
)
