import { truthTable } from '../bodies/truth-table.ts'
import { describeRedis, redisStage } from './redis-stage.ts'

describeRedis(() => truthTable('redis', redisStage))
