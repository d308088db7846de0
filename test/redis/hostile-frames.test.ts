import { Redis } from 'ioredis'
import { frameSteps } from '../bodies/frame-steps.ts'
import type { Pollute } from '../bodies/hostile-frames.ts'
import { hostileFramesBody } from '../bodies/hostile-frames.ts'
import { hostileFrames } from './hostile-frames.ts'
import { describeRedis, REDIS_URL, redisStage } from './redis-stage.ts'

const pollute: Pollute = (description, victims, count) => {
  const { namespace } = { namespace: '', ...Object(description.options) }
  const client = new Redis(REDIS_URL)
  return frameSteps({
    frames: hostileFrames(`{hotline:${namespace}}:`, victims, count),
    // Where a key of ours is of the right type, a command for another type fails.
    write: (command) => client.call(...command),
    end: () => client.disconnect(),
  })
}

describeRedis(() => hostileFramesBody('redis', redisStage, pollute))
