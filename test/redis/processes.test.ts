import { killedSupervisor } from '../bodies/killed-supervisor.ts'
import { otherProcess } from '../bodies/other-process.ts'
import { overload } from '../bodies/overload.ts'
import { describeRedis, redisStage } from './redis-stage.ts'

describeRedis(() => {
  otherProcess('redis', redisStage)
  overload('redis', redisStage)
  killedSupervisor('redis', redisStage)
})
