import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Contest, Figures } from '../contest.ts'
import { needRedis } from '../peers/reachable-redis.ts'
import { noop } from '../tasks.ts'
import { Ground } from './ground.ts'

const EVENTS = 200
const HOTLINE = 'hotline event'
const BARE = 'bare XADD to XREAD'

/** From the call that writes an event to a listener in another process, one at a time. */
export const redisEvents: Contest = {
  name: 'redis-events',
  title: `Redis, an event to a subscriber in another process, p50 of ${EVENTS}`,
  unit: 'ms',
  targets: [{ of: HOTLINE, to: BARE, atMost: 2 }],
  async open() {
    const url = await needRedis()
    const ground = new Ground(url, 'events')
    const writer = new Redis(url)
    const stream = `hotline-bench-events-${process.pid}`
    const [heardEvent, heardEntry] = await Promise.all([
      subscriber('hotline', JSON.stringify(ground.transportOptions)),
      subscriber('bare', url, stream),
    ])
    return {
      sides: [
        () => p50(HOTLINE, heardEvent, () => ground.client.enqueue(noop, 1)),
        () => p50(BARE, heardEntry, () => writer.xadd(stream, '*', 'e', 'x'.repeat(300))),
      ],
      close: async () => {
        for (const child of [heardEvent, heardEntry]) child.kill('SIGKILL')
        await writer.del(stream)
        writer.disconnect()
        await ground.stop()
      },
    }
  },
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
    const began = process.hrtime.bigint()
    await Promise.all([write(), heard])
    const [at] = await heard
    waits.push(Number(BigInt(at) - began) / 1e6)
    await setTimeout(2)
  }
  return { [name]: waits.toSorted((a, b) => a - b)[EVENTS / 2] ?? Number.NaN }
}
