import { writeFileSync } from 'node:fs'
import type { Logger } from '@hotline/core'
import { memory, TransportError } from '@hotline/core'
import { expect, test } from 'vitest'
import { handlers, Rig, until } from './fixtures/rig.ts'
import { double, dying, identity, nap } from './fixtures/tasks.ts'
import { createWorker } from './worker.ts'

/** A logger that keeps what it gets. */
function keepingLogger(): Logger & { readonly messages: string[] } {
  const messages: string[] = []
  const keep = (_facts: object, message: string): void => void messages.push(message)
  return { messages, debug: keep, info: keep, warn: keep, error: keep }
}

test('handlers that stop loading are tried again, and the worker can be stopped meanwhile', async () => {
  const logger = keepingLogger()
  await using made = new Rig({ logger, handlers: 'to be replaced' })
  const file = made.file('handlers.ts')
  const source = `export { default } from ${JSON.stringify(handlers.href)}\n`
  writeFileSync(file, source)
  const worker = createWorker({ transport: made.transport, handlers: file, concurrency: 1, logger })
  await worker.start()
  writeFileSync(file, 'throw new Error("deployed half")\n')
  await made.client.enqueue(dying, 1)
  await until(
    () => logger.messages.some((text) => text.includes('trying again in 1000 ms')),
    'the first complaint',
  )
  writeFileSync(file, source)
  expect(await (await made.client.enqueue(double, 1)).result({ timeout: '15s' })).toBe(2)
  writeFileSync(file, 'await new Promise(() => setInterval(() => {}, 1000))\n')
  await made.client.enqueue(dying, 1)
  await made.when('job.lost', 2)
  await worker.stop({ grace: '1h' })
})

test('what handlers print goes to the logger, line by line', async () => {
  const logger = keepingLogger()
  await using made = new Rig({ logger })
  await made.worker.start()
  await made.client.enqueue(dying, 0)
  await made.when('job.lost')
  expect(logger.messages).toContain('last words')
})

test('each slot has a process of its own, started before it is needed', async () => {
  await using made = new Rig({ concurrency: 3 })
  await made.worker.start()
  const pids = await made.whenWarm()
  expect(new Set(pids).size).toBe(3)
  const { pid } = await (await made.client.enqueue(identity, null)).result({ timeout: '15s' })
  expect(pids).toContain(pid)
})

test('a transport that does not open fails the start, which can be tried again', async () => {
  const transport = memory()
  const open = transport.open.bind(transport)
  let isUp = false
  transport.open = async () => {
    if (!isUp) throw new TransportError({ transport: 'memory', problem: 'down', cure: 'Wait.' })
    await open()
  }
  const worker = createWorker({ transport, handlers, concurrency: 1 })
  await expect(worker.start()).rejects.toMatchObject({ code: 'TRANSPORT' })
  isUp = true
  await worker.start()
  await worker.stop()
})

test('a backend that fails to reserve for a while ends no slot', async () => {
  const transport = memory()
  const reserve = transport.queue.reserve.bind(transport.queue)
  let failures = 3
  transport.queue.reserve = async (...args) => {
    if (failures-- > 0) throw new TransportError({ transport: 'memory', problem: 'down', cure: 'Wait.' })
    return reserve(...args)
  }
  const logger = keepingLogger()
  await using made = new Rig({ transport, logger })
  await made.worker.start()
  expect(await (await made.client.enqueue(nap, { ms: 1 })).result({ timeout: '15s' })).toBe('rested')
  expect(logger.messages.filter((text) => text.startsWith('cannot reserve a job'))).toHaveLength(1)
  expect(logger.messages).toContain('can reserve a job again')
})
