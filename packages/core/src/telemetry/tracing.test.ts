import * as api from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { createClient } from '../client/client.ts'
import { memory } from '../memory/memory.ts'
import { defineTask } from '../task/task.ts'
import { tracingBy } from './tracing.ts'

const quick = defineTask<number, number>('quick')
const job = { id: 'j', task: 't', queue: 'q' } as const
const given = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`

test('without an SDK a job has the trace that was given, and no other', async () => {
  await using client = createClient({ transport: memory() })
  expect((await client.enqueue(quick, 1)).record?.traceparent).toBeUndefined()
  expect((await client.enqueue(quick, 1, { traceparent: given })).record?.traceparent).toBe(given)
  const [many] = await client.enqueueMany(quick, [{ input: 1, options: { traceparent: given } }])
  expect(many?.record?.traceparent).toBe(given)
})

test('an error passes through its span', async () => {
  const tracing = tracingBy(api)
  const failure = new Error('no')
  const fail = () => Promise.reject(failure)
  await expect(tracing.enqueue(job, undefined, fail)).rejects.toBe(failure)
  await expect(tracing.process(job, 'no trace context', fail, () => ({}))).rejects.toBe(failure)
})

test('an SDK that cannot flush, or has no word for it, keeps nobody', async () => {
  const tracing = tracingBy(api)
  await expect(tracing.flush()).resolves.toBeUndefined()
  api.trace.setGlobalTracerProvider({
    getTracer: () => api.trace.getTracer('none'),
    forceFlush: () => Promise.reject(new Error('no network')),
  } as api.TracerProvider)
  await expect(tracing.flush()).resolves.toBeUndefined()
  api.trace.disable()
})
