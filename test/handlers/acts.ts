import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { JobContext } from '@hotline/core'
import { implement } from '@hotline/core'
import { hostileReturns, hostileThrows } from './hostile-values.ts'
import type { Act } from './tasks.ts'
import { act, lean, once, patient, timed, typed } from './tasks.ts'

export class OrderError extends RangeError {
  override readonly name = 'OrderError'
  readonly code = 'E_ORDER'
  readonly order = 17
}

async function play(script: Act, ctx: JobContext): Promise<unknown> {
  switch (script.do) {
    case 'return':
      return script.value
    case 'wait':
      return wait(script.ms, ctx.signal)
    case 'spin':
      if (script.ignoreSigterm === true) process.on('SIGTERM', () => {})
      return spin(script.ms ?? 600_000)
    case 'throw':
      if (ctx.attempt > script.failures) return 'at last'
      throw new OrderError(`no luck at attempt ${ctx.attempt}`, { cause: new TypeError('the deeper reason') })
    case 'throw-hostile':
      throw hostileThrows[script.index]?.()
    case 'return-hostile':
      return hostileReturns[script.index]?.()
    case 'kill-self':
      process.kill(process.pid, script.signal)
      return wait(60_000, ctx.signal)
    case 'exit':
      return process.exit(script.code)
    case 'fill-heap':
      return fillHeap()
    case 'fill-buffers':
      return fillBuffers()
    case 'sign':
      return sign(script.folder, script.ms, ctx)
    case 'tick':
      return tick(script.file)
    case 'gate':
      return gate(`${script.file}.${ctx.attempt}`, ctx.attempt)
  }
}

function wait(ms: number, signal: AbortSignal): Promise<string> {
  return setTimeout(ms, 'waited', { signal })
}

function spin(ms: number): string {
  const end = performance.now() + ms
  while (performance.now() < end);
  return 'spun'
}

function fillHeap(): number {
  const kept: object[] = []
  for (;;) kept.push(Array.from({ length: 1000 }, (_, n) => ({ n })))
}

async function fillBuffers(): Promise<never> {
  const kept: Buffer[] = []
  for (;;) {
    kept.push(Buffer.alloc(8 * 1024 * 1024, 1))
    await setTimeout(5)
  }
}

/** One line per fact, in one write each, so that concurrent jobs do not mix theirs. */
async function sign(folder: string, ms: number, ctx: JobContext): Promise<string> {
  const file = path.join(folder, `${ctx.jobId}.log`)
  const line = (what: string) =>
    appendFileSync(file, `${what} ${process.hrtime.bigint()} ${process.ppid} ${process.pid} ${ctx.attempt}\n`)
  line('start')
  if (ms > 50) await wait(ms, ctx.signal)
  else spin(ms)
  line('end')
  return ctx.jobId
}

function tick(file: string): never {
  for (;;) {
    writeFileSync(file, `${process.pid} ${Date.now()}`)
    spin(20)
  }
}

function gate(file: string, attempt: number): number {
  writeFileSync(`${file}.reached`, '')
  while (!existsSync(file)) spin(5)
  writeFileSync(`${file}.passed`, '')
  return attempt
}

export default [
  implement(act, play),
  implement(once, play),
  implement(timed, play),
  implement(lean, play),
  implement(patient, play),
  implement(typed, ({ n }, ctx) => {
    ctx.progress({ done: 0.5 })
    return { half: n / 2 }
  }),
]
