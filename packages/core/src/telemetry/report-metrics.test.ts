import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { expect, test, vi } from 'vitest'
import { createClient } from '../client/client.ts'
import { memory } from '../memory/memory.ts'
import { defineTask } from '../task/task.ts'
import type { WorkerPresence } from '../transport/presence.ts'
import { reportMetrics } from './report-metrics.ts'

const quick = defineTask<number, number>('quick')

test('the SDK collects events, waits, runs and workers, until it is told to stop', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: 600_000,
    exportTimeoutMillis: 10_000,
  })
  const provider = new MeterProvider({ readers: [reader] })
  const transport = memory()
  await using client = createClient({ transport })
  const stop = reportMetrics(client, provider.getMeter('test'))
  const job = await client.enqueue(quick, 1)
  const holder = { worker: 'w', slot: 0, pid: 1 }
  const { signal } = new AbortController()
  const lease = await transport.queue.reserve(['default'], { holder, signal })
  await lease?.settle([{ type: 'job.succeeded', jobId: job.id, attempt: 1, result: 1, runMs: 2000 }])
  await transport.control.beat(presence)

  await vi.waitFor(async () => {
    const points = await collected()
    expect(points.get('hotline.job.events')).toEqual([
      { type: 'job.queued', task: 'quick', queue: 'default', value: 1 },
      { type: 'job.started', task: 'quick', queue: 'default', value: 1 },
      { type: 'job.succeeded', task: 'quick', queue: 'default', value: 1 },
    ])
    expect(points.get('hotline.job.wait')).toMatchObject([{ task: 'quick', value: { count: 1 } }])
    expect(points.get('hotline.job.run')).toMatchObject([{ end: 'succeeded', value: { count: 1, sum: 2 } }])
    expect(points.get('hotline.worker.limit')).toEqual([{ worker: 'w', value: 4 }])
    expect(points.get('hotline.worker.running')).toEqual([{ worker: 'w', value: 1 }])
  }, 15_000)
  stop()
  await client.enqueue(quick, 2)
  expect((await collected()).get('hotline.job.events')?.length).toBe(3)
  await provider.shutdown()

  async function collected(): Promise<Map<string, object[]>> {
    exporter.reset()
    await reader.forceFlush()
    const metrics = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
    return new Map(
      metrics.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ attributes, value }) => ({ ...attributes, value })),
      ]),
    )
  }
})

const presence: WorkerPresence = {
  ...{
    worker: 'w',
    host: 'h',
    pid: 1,
    queues: ['default'],
    tasks: ['quick'],
    startedAt: 0,
    seenAt: Date.now(),
  },
  everyMs: 60_000,
  state: 'running',
  ...{ limit: 4, held: 1, running: 1, supervisorRss: 1, slots: [] },
}
