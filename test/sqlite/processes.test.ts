import { killedSupervisor } from '../bodies/killed-supervisor.ts'
import { otherProcess } from '../bodies/other-process.ts'
import { overload } from '../bodies/overload.ts'
import { sqliteStage } from './sqlite-stage.ts'

otherProcess('sqlite', sqliteStage)
overload('sqlite', sqliteStage)
killedSupervisor('sqlite', sqliteStage)
