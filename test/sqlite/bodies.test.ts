import { drain } from '../bodies/drain.ts'
import { explained } from '../bodies/explained.ts'
import { hostile } from '../bodies/hostile.ts'
import { poison } from '../bodies/poison.ts'
import { readers } from '../bodies/readers.ts'
import { sqliteStage } from './sqlite-stage.ts'

poison('sqlite', sqliteStage)
drain('sqlite', sqliteStage)
hostile('sqlite', sqliteStage)
readers('sqlite', sqliteStage)
explained('sqlite', sqliteStage)
