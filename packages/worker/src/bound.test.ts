import { readFileSync } from 'node:fs'
import { createClient, memory, memoryBackend } from '@hotline/core'
import { expect, test } from 'vitest'
import { handlers, rig, until } from './fixtures/rig.ts'
import { nap, write } from './fixtures/tasks.ts'
import { createWorker } from './worker.ts'

test('never more at once than the limit, by the log and by what the jobs write themselves', async () => {
  await using made = await rig({ concurrency: 2 })
  await made.whenWarm()
  const file = made.file('marks')
  let [most, worst] = [0, 0]
  const timer = setInterval(() => {
    most = Math.max(most, made.worker.running)
    worst = Math.max(worst, made.worker.held - made.worker.running)
  }, 1)
  const jobs = await made.client.enqueueMany(
    write,
    Array.from({ length: 30 }, (_, index) => ({ input: { file, ms: (index * 7) % 50 } })),
  )
  for (const job of jobs) await job.result({ timeout: '30s' })
  clearInterval(timer)
  await made.when('job.succeeded', 30)
  expect(
    peak(made.events.map(({ type }) => ({ 'job.started': 1, 'job.succeeded': -1 })[String(type)] ?? 0)),
  ).toBe(2)
  const marks = readFileSync(file, 'utf8').trim().split('\n')
  expect(peak(marks.map((mark) => (mark.startsWith('+') ? 1 : -1)))).toBeLessThanOrEqual(2)
  expect(marks.filter((mark) => mark.startsWith('+'))).toHaveLength(30)
  expect(new Set(marks).size).toBe(60)
  expect(most).toBe(2)
  expect(worst).toBe(0)
})

test('a job waits for no busy worker while another is idle', async () => {
  const backend = memoryBackend()
  const client = createClient({ transport: memory({ backend }) })
  const makeWorker = () => createWorker({ transport: memory({ backend }), handlers, concurrency: 1 })
  const [busy, idle] = [makeWorker(), makeWorker()]
  await busy.start()
  await client.enqueue(nap, { ms: 20_000 })
  await until(() => busy.running === 1, 'the long job')
  await idle.start()
  const quick = await client.enqueue(nap, { ms: 1 })
  await quick.result({ timeout: '10s' })
  expect(quick.attempts[0]?.worker).toBe(idle.id)
  expect([busy.held, idle.held]).toEqual([1, 0])
  await Promise.all([busy.stop({ grace: 0 }), idle.stop()])
  await client.close()
})

function peak(steps: readonly number[]): number {
  let now = 0
  return Math.max(...steps.map((step) => (now += step)))
}
