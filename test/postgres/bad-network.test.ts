import { badNetwork } from '../bodies/bad-network.ts'
import { describePostgres, postgresStage } from './postgres-stage.ts'

describePostgres(() => badNetwork('postgres', postgresStage))
