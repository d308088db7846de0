import { DatabaseSync } from 'node:sqlite'
import { frameSteps } from '../bodies/frame-steps.ts'
import type { Pollute } from '../bodies/hostile-frames.ts'
import { hostileFramesBody } from '../bodies/hostile-frames.ts'
import { hostileRows } from './hostile-rows.ts'
import { sqliteStage } from './sqlite-stage.ts'

const pollute: Pollute = (description, victims, count) => {
  const { file } = { file: '', ...Object(description.options) }
  const database = new DatabaseSync(file, { timeout: 5000 })
  database.exec('pragma synchronous = off')
  return frameSteps({
    frames: hostileRows(victims, count),
    // What breaks a rule of the tables is refused by them.
    write: async ({ text, values }) => database.prepare(text).run(...values),
    end: () => database.close(),
  })
}

hostileFramesBody('sqlite', sqliteStage, pollute)
