import { truthTable } from '../bodies/truth-table.ts'
import { sqliteStage } from './sqlite-stage.ts'

truthTable('sqlite', sqliteStage)
