import { bound } from '../bodies/bound.ts'
import { memoryStage } from './memory-stage.ts'

bound('memory', memoryStage, { workers: 2, concurrency: 2, jobs: 200 })
