import type { Client } from '../client/client.ts'
import { EVENT_TYPES, type HotlineEvent } from '../events/event.ts'
import { DURATION_BUCKETS, measuresOf } from '../observe/job-metrics.ts'

type Attributes = Record<string, string>

interface Observable {
  addCallback(
    observe: (result: { observe(value: number, attributes?: Attributes): void }) => Promise<void>,
  ): void
  removeCallback(
    observe: (result: { observe(value: number, attributes?: Attributes): void }) => Promise<void>,
  ): void
}

/** What is used of a meter of OpenTelemetry: `metrics.getMeter('my-app')` is one. */
export interface MeterLike {
  createCounter(
    name: string,
    options: { readonly description: string; readonly unit: string },
  ): { add(value: number, attributes?: Attributes): void }
  createHistogram(
    name: string,
    options: {
      readonly description: string
      readonly unit: string
      readonly advice: { explicitBucketBoundaries: number[] }
    },
  ): { record(value: number, attributes?: Attributes): void }
  createObservableGauge(
    name: string,
    options: { readonly description: string; readonly unit: string },
  ): Observable
}

/**
 * Reports what goes on at the backend as metrics of OpenTelemetry, from now until the returned function is called:
 *
 *   hotline.job.events    counter     by type, task, queue
 *   hotline.job.wait      histogram   s, from due to started, by task, queue
 *   hotline.job.run       histogram   s, of one attempt, by task, queue, end
 *   hotline.worker.limit, hotline.worker.running, hotline.worker.held   gauges, by worker
 *
 * They are those of all workers, since they come from the log: one process of a backend reports them, or each job is
 * counted several times.
 */
export function reportMetrics(client: Client, meter: MeterLike): () => void {
  const events = meter.createCounter('hotline.job.events', {
    description: 'Events of the log.',
    unit: '{event}',
  })
  const durations = { unit: 's', advice: { explicitBucketBoundaries: [...DURATION_BUCKETS] } }
  const waits = meter.createHistogram('hotline.job.wait', {
    ...durations,
    description: 'From due to started.',
  })
  const runs = meter.createHistogram('hotline.job.run', { ...durations, description: 'One attempt.' })
  const onEvent = (event: HotlineEvent): void => {
    const { event: labels, wait, run } = measuresOf(event)
    events.add(1, labels)
    if (wait !== undefined) waits.record(wait.seconds, wait.labels)
    if (run !== undefined) runs.record(run.seconds, run.labels)
  }
  for (const type of EVENT_TYPES) client.events.on(type, onEvent)
  const stopGauges = [
    gauge(client, meter, { name: 'limit', description: 'Jobs that the worker may run at once.' }),
    gauge(client, meter, { name: 'running', description: 'Jobs that run in its slots.' }),
    gauge(client, meter, { name: 'held', description: 'Jobs whose lease it holds.' }),
  ]
  return () => {
    for (const type of EVENT_TYPES) client.events.off(type, onEvent)
    for (const stop of stopGauges) stop()
  }
}

function gauge(
  client: Client,
  meter: MeterLike,
  { name, description }: { readonly name: 'limit' | 'running' | 'held'; readonly description: string },
): () => void {
  const observable = meter.createObservableGauge(`hotline.worker.${name}`, { description, unit: '{job}' })
  const observe: Parameters<Observable['addCallback']>[0] = async (result) => {
    // A backend that is out of reach has no workers to tell of; the log of the application says why.
    const workers = await client.workers().catch(() => [])
    for (const { worker, [name]: value } of workers) result.observe(value, { worker })
  }
  observable.addCallback(observe)
  return () => observable.removeCallback(observe)
}
