import { zombie } from '../bodies/zombie.ts'
import { sqliteStage } from './sqlite-stage.ts'

zombie('sqlite', sqliteStage)
