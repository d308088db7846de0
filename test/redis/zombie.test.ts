import { zombie } from '../bodies/zombie.ts'
import { describeRedis, redisStage } from './redis-stage.ts'

describeRedis(() => zombie('redis', redisStage))
