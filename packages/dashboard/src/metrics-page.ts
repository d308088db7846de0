import type { Client, Count, HotlineEvent, WorkerPresence } from '@hotline/core'
import { EVENT_TYPES, JobMetrics } from '@hotline/core'
import { PrometheusText } from './prometheus-text.ts'
import { reply } from './reply.ts'

/** Jobs of one state that are counted at a scrape, at most. */
const MOST = 10_000
const OPEN = ['queued', 'scheduled', 'retrying', 'running', 'lost'] as const

/** What Prometheus scrapes: events since the first scrape, and what the backend has at this moment. */
export class MetricsPage {
  readonly #client: Client
  readonly #metrics = new JobMetrics()
  readonly #onEvent = (event: HotlineEvent): void => this.#metrics.see(event)
  #isCounting = false

  constructor(client: Client) {
    this.#client = client
  }

  async answer(): Promise<Response> {
    this.begin()
    const text = new PrometheusText()
    const isUp = await this.#describeNow(text)
    text.gauge('hotline_up', 'Whether the backend answers.', [{ labels: {}, value: isUp ? 1 : 0 }])
    text.counter('hotline_events_total', 'Events of the log.', this.#metrics.events)
    text.histogram('hotline_job_wait_seconds', 'From due to started.', this.#metrics.waits)
    text.histogram('hotline_job_run_seconds', 'One attempt, by how it ended.', this.#metrics.runs)
    return reply(String(text), 'text/plain; version=0.0.4; charset=utf-8')
  }

  /** Begins to count. Idempotent. */
  begin(): void {
    if (this.#isCounting) return
    this.#isCounting = true
    for (const type of EVENT_TYPES) this.#client.events.on(type, this.#onEvent)
  }

  close(): void {
    for (const type of EVENT_TYPES) this.#client.events.off(type, this.#onEvent)
  }

  async #describeNow(text: PrometheusText): Promise<boolean> {
    try {
      const [workers, paused, jobs] = await Promise.all([
        this.#client.workers(),
        this.#client.paused(),
        this.#openJobs(),
      ])
      text.gauge(
        'hotline_jobs',
        `Jobs that have not ended, by state; ${MOST} of each are counted at most.`,
        jobs,
      )
      const pauses = paused.map((queue) => ({ labels: { queue }, value: 1 }))
      text.gauge('hotline_queue_paused', 'Queues that are paused.', pauses)
      for (const [name, help, of] of GAUGES)
        text.gauge(
          name,
          help,
          workers.map((worker) => ({ labels: { worker: worker.worker }, value: of(worker) })),
        )
      return true
    } catch {
      return false // told by hotline_up
    }
  }

  async #openJobs(): Promise<Count[]> {
    const counts = new Map<string, { labels: Count['labels']; value: number }>()
    for (const state of OPEN) {
      for await (const { record } of this.#client.jobs({ state, limit: MOST })) {
        const queue = record?.queue ?? ''
        const key = JSON.stringify([state, queue])
        const count = counts.get(key) ?? { labels: { queue, state }, value: 0 }
        count.value += 1
        counts.set(key, count)
      }
    }
    return [...counts.values()]
  }
}

const GAUGES: readonly (readonly [name: string, help: string, of: (worker: WorkerPresence) => number])[] = [
  ['hotline_worker_limit', 'Jobs that the worker may run at once.', ({ limit }) => limit],
  ['hotline_worker_running', 'Jobs that run in its slots.', ({ running }) => running],
  ['hotline_worker_held', 'Jobs whose lease it holds.', ({ held }) => held],
  ['hotline_worker_rss_bytes', 'Resident memory of supervisor and slots.', rssOf],
]

function rssOf({ supervisorRss, slots }: WorkerPresence): number {
  return slots.reduce((sum, { rss = 0 }) => sum + rss, supervisorRss)
}
