import { killedSupervisor } from '../bodies/killed-supervisor.ts'
import { otherProcess } from '../bodies/other-process.ts'
import { overload } from '../bodies/overload.ts'
import { describePostgres, postgresStage } from './postgres-stage.ts'

describePostgres(() => {
  otherProcess('postgres', postgresStage)
  overload('postgres', postgresStage)
  killedSupervisor('postgres', postgresStage)
})
