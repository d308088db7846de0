import { drain } from '../bodies/drain.ts'
import { explained } from '../bodies/explained.ts'
import { hostile } from '../bodies/hostile.ts'
import { poison } from '../bodies/poison.ts'
import { readers } from '../bodies/readers.ts'
import { describeRedis, redisStage } from './redis-stage.ts'

describeRedis(() => {
  poison('redis', redisStage)
  drain('redis', redisStage)
  hostile('redis', redisStage)
  readers('redis', redisStage)
  explained('redis', redisStage)
})
