import { serverSuite } from '../server-suite.ts'
import { pgbouncerProblem } from '../servers/private-pgbouncer.ts'
import { POSTGRES_URL } from './postgres-stage.ts'

const problem = POSTGRES_URL === '' ? undefined : await pgbouncerProblem()
if (problem !== undefined && process.env.CI) throw new Error(problem)
if (problem !== undefined) console.warn(`${problem} The tests that need it are left out.`)

/** Tests that need PgBouncer before the server. */
export const describePgbouncer: (body: () => void) => void = serverSuite(
  'pgbouncer',
  POSTGRES_URL !== '' && problem === undefined,
)
