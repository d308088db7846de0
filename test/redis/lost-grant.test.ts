/** A claim waits on its connection behind the wake-up. What it is granted while nobody hears the answer must not get lost. */
import { once } from 'node:events'
import type { NextJob } from '@hotline/core'
import { createClient } from '@hotline/core'
import type { ForeignClient } from '@hotline/redis'
import { redis } from '@hotline/redis'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, test } from 'vitest'
import { act } from '../handlers/tasks.ts'
import { LEASE_MS } from '../stage.ts'
import { describeRedis, REDIS_URL, removeNamespace } from './redis-stage.ts'

const namespace = `test.${crypto.randomUUID()}`
const holder: NextJob['holder'] = { worker: 'w1', slot: 0, pid: process.pid }

type Pipeline = ReturnType<Redis['pipeline']>
type Fault = (send: () => ReturnType<Pipeline['exec']>) => ReturnType<Pipeline['exec']>

/** Real connections, whose batches of commands meet with a fault, and which the server believes in to the end. */
function faulty(own: Redis, fault: Fault, ends: (() => void)[]): ForeignClient & { readonly call: unknown } {
  const duplicate = (...args: Parameters<Redis['duplicate']>) => {
    const copy = own.duplicate(...args)
    const pipeline = copy.pipeline.bind(copy)
    ends.push(copy.disconnect.bind(copy))
    return Object.assign(copy, {
      disconnect: () => {},
      pipeline: () => {
        const batch = pipeline()
        const exec = batch.exec.bind(batch)
        return Object.assign(batch, { exec: () => fault(exec) })
      },
    })
  }
  return { duplicate, call: own.call }
}

describeRedis(() =>
  describe('a claim that waits', () => {
    const own = new Redis(REDIS_URL, { lazyConnect: true })
    const client = createClient({ transport: redis({ url: REDIS_URL, namespace, lease: LEASE_MS }) })
    const ends: (() => void)[] = []
    afterEach(async () => {
      for (const end of ends.splice(0)) end()
      await removeNamespace(REDIS_URL, namespace)
    })

    async function waitingWith(fault: Fault) {
      const transport = redis({ client: faulty(own, fault, ends), namespace, lease: LEASE_MS })
      await transport.open()
      const stop = new AbortController()
      const found = transport.queue.reserve(['default'], { holder, signal: stop.signal })
      return { transport, stop, found }
    }

    test('and is granted a job in an answer that is lost, is told of that grant', async () => {
      const { transport, found } = await waitingWith(async (send) => {
        await send()
        throw new Error('Connection is closed.')
      })
      const job = await client.enqueue(act, { do: 'return', value: 1 })
      const lease = await found
      expect(lease?.job).toMatchObject({ id: job.id, attempt: 1, state: 'running' })
      await transport.close()
    })

    test('and is granted a job as its caller leaves, hands over that grant', async () => {
      const answered = new EventTarget()
      const { transport, stop, found } = await waitingWith(async (send) => {
        await send()
        answered.dispatchEvent(new Event('answer'))
        throw new Error('Connection is closed.')
      })
      const answer = once(answered, 'answer')
      const job = await client.enqueue(act, { do: 'return', value: 1 })
      await answer
      stop.abort()
      expect((await found)?.job.id).toBe(job.id)
      await transport.close()
    })

    test('and reaches the server after its caller has left, is granted nothing', async () => {
      const late: (() => ReturnType<Pipeline['exec']>)[] = []
      const { transport, stop, found } = await waitingWith(async (send) => {
        late.push(send)
        stop.abort()
        throw new Error('Connection is closed.')
      })
      expect(await found).toBeUndefined()
      const job = await client.enqueue(act, { do: 'return', value: 1 })
      const answers = await Promise.all(late.map((send) => send()))
      expect(answers).toMatchObject([
        [
          [null, expect.anything()],
          [null, [expect.any(Number), 'none', -1]],
        ],
      ])
      expect(await job.refresh()).toMatchObject({ state: 'queued', attempts: [] })
      await transport.close()
    })
  }),
)
