import pg from 'pg'
import { frameSteps } from '../bodies/frame-steps.ts'
import type { Pollute } from '../bodies/hostile-frames.ts'
import { hostileFramesBody } from '../bodies/hostile-frames.ts'
import { hostileFrames } from './hostile-frames.ts'
import { describePostgres, POSTGRES_URL, postgresStage } from './postgres-stage.ts'

const pollute: Pollute = (description, victims, count) => {
  const { schema } = { schema: '', ...Object(description.options) }
  const pool = new pg.Pool({ connectionString: POSTGRES_URL, max: 2 })
  return frameSteps({
    frames: hostileFrames(schema, victims, count),
    // What breaks a rule of the tables is refused by them.
    write: ({ text, values }) => pool.query(text, [...values]),
    end: () => pool.end(),
  })
}

describePostgres(() => hostileFramesBody('postgres', postgresStage, pollute))
