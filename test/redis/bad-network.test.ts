import { badNetwork } from '../bodies/bad-network.ts'
import { describeRedis, redisStage } from './redis-stage.ts'

describeRedis(() => badNetwork('redis', redisStage))
