import { type Implementation, implement } from '@hotline/core'
import { loadTask } from './load-task.ts'

const CHUNK = 20_000

const handlers: readonly Implementation[] = [
  implement(loadTask, ({ cpuMs, bytes }) => {
    const store = new ArrayBuffer(bytes)
    const memory = new Uint8Array(store).fill(1) // since pages that nobody wrote to take no memory
    const startedAt = process.cpuUsage()
    let sum = 0
    for (let spentMs = 0; spentMs < cpuMs; ) {
      for (let step = 0; step < CHUNK; step++) sum += Math.sqrt(step) * (memory[step % bytes] ?? 1)
      const { user, system } = process.cpuUsage(startedAt)
      spentMs = (user + system) / 1000
    }
    store.transfer(0) // frees it now, not when V8 finds the time: else the next job would have it on its account
    if (!Number.isFinite(sum)) throw new Error(`The sum is ${sum}.`)
    return null
  }),
]

export default handlers
