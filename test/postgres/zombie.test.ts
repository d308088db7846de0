import { zombie } from '../bodies/zombie.ts'
import { describePostgres, postgresStage } from './postgres-stage.ts'

describePostgres(() => zombie('postgres', postgresStage))
