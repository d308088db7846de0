import { drain } from '../bodies/drain.ts'
import { explained } from '../bodies/explained.ts'
import { hostile } from '../bodies/hostile.ts'
import { poison } from '../bodies/poison.ts'
import { readers } from '../bodies/readers.ts'
import { memoryStage } from './memory-stage.ts'

poison('memory', memoryStage)
drain('memory', memoryStage)
hostile('memory', memoryStage)
readers('memory', memoryStage)
explained('memory', memoryStage)
