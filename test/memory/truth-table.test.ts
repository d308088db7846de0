import { truthTable } from '../bodies/truth-table.ts'
import { memoryStage } from './memory-stage.ts'

truthTable('memory', memoryStage)
