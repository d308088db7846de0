import { Redis } from 'ioredis'
import type { Pollute } from '../bodies/hostile-frames.ts'
import { hostileFramesBody } from '../bodies/hostile-frames.ts'
import { hostileFrames } from './hostile-frames.ts'
import { describeRedis, REDIS_URL, redisStage } from './redis-stage.ts'

const STEPS = 100

const pollute: Pollute = (description, victims, count) => {
  const { namespace } = { namespace: '', ...Object(description.options) }
  const commands = hostileFrames(`{hotline:${namespace}}:`, victims, count)
  const client = new Redis(REDIS_URL)
  const write = async function* () {
    const size = Math.ceil(commands.length / STEPS)
    for (let first = 0; first < commands.length; first += size) {
      // Where a key of ours is of the right type, a command for another type fails, and that is all.
      await Promise.allSettled(commands.slice(first, first + size).map((command) => client.call(...command)))
      yield
    }
  }
  const steps = write()
  return Object.assign(steps, {
    async [Symbol.asyncDispose]() {
      await steps.return()
      client.disconnect()
    },
  })
}

describeRedis(() => hostileFramesBody('redis', redisStage, pollute))
