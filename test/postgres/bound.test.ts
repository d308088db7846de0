import { bound } from '../bodies/bound.ts'
import { describePostgres, postgresStage } from './postgres-stage.ts'

const size = { workers: 4, concurrency: 2, jobs: 200, processes: true }

describePostgres(() => bound('postgres', postgresStage, size))
