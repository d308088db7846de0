import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import type { Client } from '@hotline/core'
import { createClient } from '@hotline/core'
import { redis } from '@hotline/redis'
import type { RedisOptions } from 'ioredis'
import { Redis } from 'ioredis'
import type { Contest, Figures } from '../contest.ts'
import { Ground } from '../ground.ts'
import { needRedis } from '../peers/reachable-redis.ts'
import { noop } from '../tasks.ts'
import { redisLand } from './redis-land.ts'

/** With fewer, half of them are heard by code that is not compiled yet, on both sides. */
const EVENTS = 1000
const SWITCHED = 'hotline queue.paused, queue.resumed'
const QUEUED = 'hotline job.queued'
const BARE = 'bare XADD to XREAD'

/**
 * From sending the command that commits an event to a listener in another process, one at a time. The script that pauses
 * a queue does little besides, so its figure is the way of an event; that of `job.queued` has the storing of a job in it.
 */
export const redisEvents: Contest = {
  name: 'redis-events',
  title: `Redis, an event to a subscriber in another process, p50 of ${EVENTS}`,
  unit: 'µs',
  targets: [{ of: SWITCHED, to: BARE, atMost: 2 }],
  async open() {
    const url = await needRedis()
    const land = redisLand(url, 'events')
    const ground = new Ground(land)
    const writer = new CommitClock(url)
    const transport = redis({ client: writer, namespace: land.options.namespace })
    const client = createClient({ transport })
    const stream = `hotline-bench-events-${process.pid}`
    const [heardEvent, heardEntry] = await Promise.all([
      subscriber('hotline', JSON.stringify(land.options)),
      subscriber('bare', url, stream),
    ])
    return {
      sides: [
        () => p50(SWITCHED, heardEvent, () => switchQueue(client)),
        () => p50(QUEUED, heardEvent, () => client.enqueue(noop, 1)),
        () => p50(BARE, heardEntry, () => writer.xadd(stream, '*', 'e', 'x'.repeat(300))),
      ],
      close: async () => {
        for (const child of [heardEvent, heardEntry]) child.kill('SIGKILL')
        await writer.del(stream)
        writer.disconnect()
        await client.close()
        await ground.stop()
      },
    }
  },
}

let isPaused = false

async function switchQueue(client: Client): Promise<void> {
  isPaused = !isPaused
  await (isPaused ? client.pause('other') : client.resume('other'))
}

/** Knows when the latest command that writes to a stream, alone or by a script, was handed to the socket. */
class CommitClock extends Redis {
  static sentAt = 0n

  constructor(where: string | RedisOptions) {
    if (typeof where === 'string') super(where)
    else super({ ...where, replyMapping: 'legacy' })
  }

  override duplicate(options: Partial<RedisOptions> = {}): Redis {
    return new CommitClock(Object.assign({}, this.options, options))
  }

  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    if (['xadd', 'evalsha'].includes(args[0].name.toLowerCase())) CommitClock.sentAt = process.hrtime.bigint()
    return super.sendCommand(...args)
  }
}

async function subscriber(...args: string[]): Promise<ChildProcess> {
  const child = fork(new URL('./redis-subscriber.ts', import.meta.url), args)
  await once(child, 'message')
  return child
}

/** Both processes read the same monotonic clock of the machine. */
async function p50(name: string, child: ChildProcess, write: () => Promise<unknown>): Promise<Figures> {
  const waits: number[] = []
  for (let event = 0; event < EVENTS; event++) {
    const heard = once(child, 'message')
    await Promise.all([write(), heard])
    const [at] = await heard
    waits.push(Number(BigInt(at) - CommitClock.sentAt) / 1e3)
    await setTimeout(2)
  }
  return { [name]: waits.toSorted((a, b) => a - b)[EVENTS / 2] ?? Number.NaN }
}
