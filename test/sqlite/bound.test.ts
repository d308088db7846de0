import { bound } from '../bodies/bound.ts'
import { sqliteStage } from './sqlite-stage.ts'

bound('sqlite', sqliteStage, { workers: 4, concurrency: 2, jobs: 200, processes: true })
