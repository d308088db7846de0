import { bound } from '../bodies/bound.ts'
import { describeRedis, redisStage } from './redis-stage.ts'

describeRedis(() => bound('redis', redisStage, { workers: 4, concurrency: 2, jobs: 200, processes: true }))
