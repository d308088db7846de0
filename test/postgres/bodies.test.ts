import { drain } from '../bodies/drain.ts'
import { hostile } from '../bodies/hostile.ts'
import { poison } from '../bodies/poison.ts'
import { readers } from '../bodies/readers.ts'
import { describePostgres, postgresStage } from './postgres-stage.ts'

describePostgres(() => {
  poison('postgres', postgresStage)
  drain('postgres', postgresStage)
  hostile('postgres', postgresStage)
  readers('postgres', postgresStage)
})
