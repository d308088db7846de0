import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { isAlive, rig, until } from './fixtures/rig.ts'
import { double, endless, heeding, nap } from './fixtures/tasks.ts'

const supervisor = fileURLToPath(new URL('./fixtures/supervisor.ts', import.meta.url))

interface Program {
  readonly child: ChildProcess
  readonly output: () => string
  readonly exit: Promise<{ readonly code: number | null; readonly signal: string | null }>
}

/** Starts the supervisor in a process group of its own, which ends with the test at the latest. */
function start(...args: string[]): Program {
  const child = fork(supervisor, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], detached: true })
  onTestFinished(() => void child.kill('SIGKILL'))
  let text = ''
  child.stdout?.on('data', (bytes) => {
    text += String(bytes)
  })
  // The channel is vitest's habit, not part of the program: without it nothing but its own work keeps it alive.
  child.disconnect()
  const exit = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  return { child, output: () => text, exit }
}

test('stop lets running jobs finish within the grace, and takes no others', async () => {
  await using made = await rig()
  const job = await made.client.enqueue(nap, { ms: 500 })
  await made.when('job.started')
  const next = await made.client.enqueue(double, 1)
  await made.worker.stop({ grace: '10s' })
  expect(await job.result()).toBe('rested')
  expect((await next.refresh()).state).toBe('queued')
  expect(await made.when('worker.offline')).toMatchObject({ released: 0 })
})

test('what does not finish within the grace is stopped and released, and costs nothing', async () => {
  await using made = await rig()
  const job = await made.client.enqueue(endless, {})
  const { pid } = await made.when('job.started')
  await made.worker.stop({ grace: '200ms' })
  expect(isAlive(pid)).toBe(false)
  expect(await made.when('job.released')).toMatchObject({ reason: 'drain' })
  expect(await made.when('worker.offline')).toMatchObject({ released: 1 })
  await job.refresh()
  expect(job.record).toMatchObject({ state: 'queued', failures: 0, crashes: 0 })
  expect(await made.client.workers()).toEqual([])
})

test('a handler that heeds the drain is released by it', async () => {
  await using made = await rig({ stopLadder: { abort: '10s' } })
  const job = await made.client.enqueue(heeding, 'return')
  await made.when('job.started')
  await made.worker.stop({ grace: 0 })
  await job.refresh()
  expect(job.record).toMatchObject({ state: 'queued', failures: 0, crashes: 0 })
})

test('a cancelled job that is stopped by the drain ends as cancelled', async () => {
  await using made = await rig({ stopLadder: { abort: '1s', term: '1s' } })
  const job = await made.client.enqueue(endless, {})
  await made.when('job.started')
  const cancelled = job.cancel({ timeout: '15s' })
  await made.when('job.cancelling')
  await made.worker.stop({ grace: 0 })
  expect(await cancelled).toMatchObject({ state: 'cancelled', means: 'SIGTERM' })
})

test('a second stop hurries, and both end together', async () => {
  await using made = await rig()
  await made.client.enqueue(endless, {})
  await made.when('job.started')
  const first = made.worker.stop({ grace: '1h' })
  await Promise.all([first, made.worker.stop(), made.worker.stop()])
  expect(made.of('job.released')).toHaveLength(1)
  await expect(made.worker.start()).rejects.toMatchObject({ code: 'CLOSED' })
})

test('a drain message on the control bus stops the worker it names', async () => {
  await using made = await rig()
  await made.transport.control.broadcast({ type: 'drain', worker: 'somebody else' })
  await made.transport.control.broadcast({ type: 'drain', worker: made.worker.id })
  await made.when('worker.offline')
})

test('the process ends by itself after stop', async () => {
  const program = start('once')
  expect(await program.exit).toEqual({ code: 0, signal: null })
  expect(program.output()).toBe('4\n')
})

test('children die with a supervisor that is killed, even while they spin', async () => {
  await using made = await rig()
  const file = made.file('pids')
  const program = start('spin', file)
  const pids = await until(() => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
    return lines.length === 2 && lines.map(Number)
  }, 'two spinning children')
  program.child.kill('SIGKILL')
  await program.exit
  await until(() => !pids.some(isAlive), 'the end of the children')
})

test('SIGTERM for the whole group drains: no job is lost although the children die of it', async () => {
  const program = start('serve')
  await until(() => count(program, 'job.started') === 2, 'two running jobs')
  process.kill(-(program.child.pid ?? 0), 'SIGTERM')
  expect((await program.exit).code).toBe(0)
  expect(count(program, 'job.lost')).toBe(0)
  expect(count(program, 'job.succeeded') + count(program, 'job.released')).toBe(2)
  expect(count(program, 'worker.offline')).toBe(1)
})

test('SIGINT for the whole group drains: children ignore it, jobs finish, and a second one hurries', async () => {
  const program = start('serve')
  await until(() => count(program, 'job.started') === 2, 'two running jobs')
  process.kill(-(program.child.pid ?? 0), 'SIGINT')
  await until(() => count(program, 'job.succeeded') === 1, 'the end of the short job')
  process.kill(program.child.pid ?? 0, 'SIGINT')
  expect((await program.exit).code).toBe(0)
  expect(count(program, 'job.lost')).toBe(0)
  expect(count(program, 'job.released')).toBe(1)
})

function count({ output }: Program, type: string): number {
  return output()
    .split('\n')
    .filter((line) => line === type).length
}
