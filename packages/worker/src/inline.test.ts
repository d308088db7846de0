import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createClient, defineTask, implement, memory } from '@hotline/core'
import { expect, test } from 'vitest'
import { rig, until } from './fixtures/rig.ts'
import { createWorker } from './worker.ts'

const quick = defineTask<number, number>('quick')
const late = defineTask<null, string>('late', { timeout: '100ms', attempts: 1 })
const heeds = defineTask<null, string>('heeds', { attempts: 1 })

test('a job that times out inline gets the abort signal, and its slot stays busy until it really ends', async () => {
  const finish = Promise.withResolvers<void>()
  let isAborted = false
  const list = [
    implement(late, async (_input, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      isAborted = true
      await finish.promise
      return 'late'
    }),
  ]
  await using made = await rig({ handlers: list, isolation: 'inline' })
  const job = await made.client.enqueue(late, null)
  await until(() => isAborted, 'the abort')
  expect(made.worker.running).toBe(1)
  expect((await job.refresh()).state).toBe('running')
  finish.resolve()
  await expect(job.result({ timeout: '10s' })).rejects.toMatchObject({ code: 'TIMEOUT' })
})

test('a cancelled job inline is stopped by its handler', async () => {
  const list = [
    implement(heeds, async (_input, { signal }) => {
      await sleep(60_000, undefined, { signal })
      return 'slept'
    }),
  ]
  await using made = await rig({ handlers: list, isolation: 'inline' })
  const job = await made.client.enqueue(heeds, null)
  await made.when('job.started')
  expect(await job.cancel({ timeout: '10s' })).toMatchObject({ means: 'handler', state: 'cancelled' })
})

test('the memory of a worker does not grow with the jobs it has run', async () => {
  const transport = memory({ retention: '50ms', lease: '500ms' })
  const client = createClient({ transport })
  const list = [implement(quick, (value) => value + 1)]
  const worker = createWorker({ transport, handlers: list, isolation: 'inline', concurrency: 8 })
  await worker.start()
  const heapAfter = async (rounds: number): Promise<number> => {
    for (let round = 0; round < rounds; round++) {
      const inputs = Array.from({ length: 1000 }, (_, index) => ({ input: index }))
      for (const job of await client.enqueueMany(quick, inputs)) await job.result({ timeout: '30s' })
    }
    // What the transport remembers of them has to go first.
    await sleep(1000)
    await client.enqueue(quick, 0).then((job) => job.result({ timeout: '30s' }))
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  const before = await heapAfter(2)
  const growth = (await heapAfter(10)) - before
  expect(growth / 10_000).toBeLessThan(100)
  expect(worker.held).toBe(0)
  await worker.stop()
  await client.close()
})

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}
