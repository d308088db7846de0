import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, getPriority } from 'node:os'
import { promisify } from 'node:util'
import type { Logger } from '@hotline/core'
import { HandlersError, TransportError } from '@hotline/core'
import { expect, test } from 'vitest'
import { remoteMemory, startMemoryServer } from './fixtures/remote-memory.ts'
import { isAlive, type Rig, rig, until } from './fixtures/rig.ts'
import { burn, double, dying, endless, environment, identity, nap, write } from './fixtures/tasks.ts'
import { Application, audience } from './fixtures/thread-scene.ts'
import { createWorker, type Worker } from './worker.ts'

test('a blocked event loop of the application keeps its leases, and its jobs go on', async () => {
  await using server = await startMemoryServer({ leaseMs: 1500 })
  await using made = await audience(server)
  await using application = await Application.start(server, { concurrency: 2 })
  const long = await made.client.enqueue(nap, { ms: 6000 })
  const short = await made.client.enqueue(nap, { ms: 500 })
  await made.when('job.started', 2)
  application.tell({ block: 5000 })
  expect(await short.result({ timeout: '15s' })).toBe('rested')
  const next = await made.client.enqueue(nap, { ms: 2500 })
  expect(await next.result({ timeout: '15s' })).toBe('rested')
  expect(application.said.some(({ unblocked }) => unblocked !== undefined)).toBe(false)
  const { unblocked, held, running } = await application.when('unblocked')
  expect(unblocked).toBeGreaterThan(3000)
  expect([held, running]).toEqual([1, 1])
  expect(await long.result({ timeout: '15s' })).toBe('rested')
  for (const job of [long, short, next]) {
    await job.refresh()
    expect(job.attempts).toHaveLength(1)
  }
  expect(made.of('job.lost')).toEqual([])
})

test('handlers that spin for three leases on every core keep theirs', async () => {
  await using server = await startMemoryServer({ leaseMs: 1500 })
  await using made = await rig({
    transport: remoteMemory(server.options),
    concurrency: availableParallelism(),
  })
  const inputs = Array.from({ length: availableParallelism() }, () => ({ input: { ms: 4500 } }))
  for (const job of await made.client.enqueueMany(burn, inputs)) {
    expect(await job.result({ timeout: '25s' })).toBe('burnt')
    expect(job.attempts).toHaveLength(1)
  }
})

test.each([
  ['is killed', (application: Application) => application.process.kill('SIGKILL')],
  ['calls process.exit', (application: Application) => application.tell('exit')],
])('when the application %s, its spinning children are gone within 2 s', async (_how, end) => {
  await using server = await startMemoryServer()
  await using made = await audience(server)
  await using application = await Application.start(server, { concurrency: 2 })
  const pids = await spinning(made)
  end(application)
  await application.exit
  const from = performance.now()
  await until(() => !pids.some(isAlive), 'the end of the children')
  expect(performance.now() - from).toBeLessThan(2000)
})

/** Pids of two jobs that spin. */
async function spinning(made: Rig): Promise<number[]> {
  const file = made.file('pids')
  await made.client.enqueueMany(endless, [{ input: { file } }, { input: { file } }])
  return until(() => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
    return lines.length === 2 && lines.map(Number)
  }, 'two spinning children')
}

test('a thread that crashes takes its children with it, and the application hears of it', async () => {
  await using server = await startMemoryServer()
  await using made = await audience(server)
  await using application = await Application.start(server, { concurrency: 2 }, 'crashing')
  const pids = await spinning(made)
  await made.transport.control.broadcast({ type: 'drain', worker: 'crash' })
  await until(() => !pids.some(isAlive), 'the end of the children')
  expect((await application.when('uncaught')).uncaught).toMatchObject({
    name: 'SupervisorError',
    code: 'SUPERVISOR_LOST',
    cause: { name: 'RangeError', message: 'the driver broke' },
  })
  expect(application.said).toContainEqual({ logged: 'the supervisor of a worker crashed' })
  // It goes on, since it caught the error; there is nothing left to stop.
  application.tell('stop')
  expect(await application.exit).toEqual([0, null])
})

test('a signal of stopOn drains, and the process ends by itself', async () => {
  await using server = await startMemoryServer()
  await using made = await audience(server)
  await using application = await Application.start(server, { concurrency: 1, stopOn: ['SIGTERM'] })
  const job = await made.client.enqueue(nap, { ms: 500 })
  await made.when('job.started')
  application.process.disconnect()
  application.process.kill('SIGTERM')
  expect(await application.exit).toEqual([0, null])
  expect(await job.result({ timeout: '5s' })).toBe('rested')
  expect(await made.when('worker.offline')).toMatchObject({ released: 0 })
})

test('the process ends by itself after stop', async () => {
  await using server = await startMemoryServer()
  await using application = await Application.start(server)
  application.tell('stop')
  expect(await application.exit).toEqual([0, null])
})

test('a program that is given on the command line can be the application', async () => {
  await using server = await startMemoryServer()
  const program = `
    import { createWorker } from ${address('./worker.ts')}
    import { remoteMemory } from ${address('./fixtures/remote-memory.ts')}
    const transport = remoteMemory(${JSON.stringify(server.options)})
    const worker = createWorker({ transport, handlers: new URL(${address('./fixtures/handlers.ts')}) })
    await worker.start()
    console.log('limit', worker.limit)
    await worker.stop()`
  const options = ['--conditions=@hotline/source', '--input-type=module', '--expose-gc', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, options)
  expect(stdout).toBe(`limit ${availableParallelism()}\n`)
})

function address(file: string): string {
  return JSON.stringify(new URL(file, import.meta.url).href)
}

test('handlers have the niceness and the environment of children', async () => {
  await using server = await startMemoryServer()
  process.env.HOTLINE_TEST_NAMED = 'yes'
  process.env.HOTLINE_TEST_SECRET = 'no'
  await using made = await rig({
    transport: remoteMemory(server.options),
    env: ['HOTLINE_TEST_NAMED'],
    niceness: 3,
  })
  const job = await made.client.enqueue(identity, null)
  expect((await job.result({ timeout: '15s' })).nice).toBe(getPriority() + 3)
  const names = await (await made.client.enqueue(environment, null)).result({ timeout: '15s' })
  expect(names.filter((name) => name.startsWith('HOTLINE_TEST'))).toEqual(['HOTLINE_TEST_NAMED'])
})

test('what it holds and runs can be read, and stop lets it finish', async () => {
  await using server = await startMemoryServer()
  await using made = await rig({ transport: remoteMemory(server.options), concurrency: undefined })
  expect(made.worker.limit).toBe(availableParallelism())
  const file = made.file('log')
  const job = await made.client.enqueue(write, { file, ms: 500 })
  await made.when('job.started')
  await until(() => made.worker.running === 1 && made.worker.held === 1, 'one job')
  await made.worker.stop({ grace: '10s' })
  expect([made.worker.running, made.worker.held]).toEqual([0, 0])
  expect(await job.result()).toBe(null)
  expect(readFileSync(file, 'utf8')).toBe(`+${job.id}\n-${job.id}\n`)
  await expect(made.worker.start()).rejects.toMatchObject({ code: 'CLOSED' })
})

test('what does not finish within the grace is released, and a second stop hurries', async () => {
  await using server = await startMemoryServer()
  await using made = await rig({ transport: remoteMemory(server.options) })
  const job = await made.client.enqueue(endless, {})
  const { pid } = await made.when('job.started')
  const first = made.worker.stop({ grace: '1h' })
  await Promise.all([first, made.worker.stop()])
  expect(isAlive(pid)).toBe(false)
  await job.refresh()
  expect(job.record).toMatchObject({ state: 'queued', failures: 0, crashes: 0 })
  expect(await made.client.workers()).toEqual([])
})

test('a drain message on the control bus stops the thread, and the worker with it', async () => {
  await using server = await startMemoryServer()
  await using made = await rig({ transport: remoteMemory(server.options) })
  await made.transport.control.broadcast({ type: 'drain', worker: made.worker.id })
  await made.when('worker.offline')
  await until(async () => refusesToStart(made.worker), 'a worker that has stopped')
  await made.worker.stop()
})

async function refusesToStart(worker: Worker): Promise<boolean> {
  return worker.start().then(
    () => false,
    ({ code }) => code === 'CLOSED',
  )
}

test('handlers that do not load reject the start with the same error, and it may be tried again', async () => {
  await using server = await startMemoryServer()
  const worker = createWorker({
    transport: remoteMemory(server.options),
    handlers: new URL('./fixtures/bad/throwing-handlers.ts', import.meta.url),
  })
  for (let time = 1; time <= 2; time++) {
    const error = await worker.start().catch((thrown: unknown) => thrown)
    if (!(error instanceof HandlersError)) throw error
    expect(error.code).toBe('HANDLERS_INVALID')
    expect(error.module).toContain('throwing-handlers.ts')
    expect(error.message).toContain('it does not load')
    expect(error.cause).toBeInstanceOf(Error)
  }
  await worker.stop()
})

test('a server that is not there rejects the start with the error of the transport', async () => {
  const transport = remoteMemory({ address: '/nowhere/socket', leaseMs: 1000 })
  const worker = createWorker({ transport, handlers: new URL('./fixtures/handlers.ts', import.meta.url) })
  const error = await worker.start().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(TransportError)
  expect(error).toMatchObject({ code: 'TRANSPORT', transport: 'remote memory', cause: { code: 'ENOENT' } })
})

test.each([
  [
    { module: new URL('./tally.ts', import.meta.url).href, name: 'none', options: {} },
    'exports a function `none`',
  ],
  [{ module: import.meta.url, name: 'none', options: () => {} }, 'cannot be sent to a thread'],
])('a description that does not hold is refused', async (description, text) => {
  const transport = { ...remoteMemory({ address: '/nowhere/socket', leaseMs: 1000 }), description }
  const worker = createWorker({ transport, handlers: new URL('./fixtures/handlers.ts', import.meta.url) })
  await expect(worker.start()).rejects.toThrow(text)
})

test('lines of the supervisor and of handlers reach the logger, with their errors', async () => {
  await using server = await startMemoryServer()
  const lines: { level: string; facts: object; message: string }[] = []
  const at = (level: string) => (facts: object, message: string) => void lines.push({ level, facts, message })
  const logger: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  await using made = await rig({ transport: remoteMemory(server.options), logger })
  await made.client.enqueue(dying, 'SIGKILL')
  const printed = await until(() => lines.find(({ message }) => message === 'last words'), 'the printed line')
  expect(printed).toMatchObject({ level: 'warn', facts: { worker: made.worker.id, stream: 'stderr' } })
  await until(() => lines.find(({ message }) => message.startsWith('replaced the process')), 'a logged line')
  process.kill(server.pid, 'SIGKILL')
  const outage = await until(
    () => lines.find(({ message }) => message.startsWith('cannot reserve')),
    'outage',
  )
  expect(outage).toMatchObject({ level: 'warn', facts: { err: { code: 'TRANSPORT' } } })
})

test('a warning in the thread is one of the process of the application', async () => {
  const options = { address: '/nowhere/socket', leaseMs: 1000 }
  const module = new URL('./fixtures/warning-memory.ts', import.meta.url).href
  const transport = {
    ...remoteMemory(options),
    description: { module, name: 'warningMemory', options },
  }
  const worker = createWorker({ transport, handlers: new URL('./fixtures/handlers.ts', import.meta.url) })
  const warned = once(process, 'warning')
  await expect(worker.start()).rejects.toThrow(TransportError)
  expect((await warned)[0]).toMatchObject({ name: 'DriverWarning', message: 'mind the driver' })
})

test('a transport without a description is supervised in the loop, with a word about it', async () => {
  await using server = await startMemoryServer()
  const { description, ...transport } = remoteMemory(server.options)
  const lines: string[] = []
  const log = (_facts: object, message: string): void => void lines.push(message)
  await using made = await rig({ transport, logger: { debug: log, info: log, warn: log, error: log } })
  expect(await (await made.client.enqueue(double, 2)).result({ timeout: '15s' })).toBe(4)
  expect(lines.filter((line) => line.includes('leases depend on the event loop'))).toHaveLength(1)
})
