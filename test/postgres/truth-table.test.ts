import { truthTable } from '../bodies/truth-table.ts'
import { describePostgres, postgresStage } from './postgres-stage.ts'

describePostgres(() => truthTable('postgres', postgresStage))
